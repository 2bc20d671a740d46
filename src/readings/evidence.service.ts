import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { validate as isUuid, v7 as newId } from 'uuid';
import { HOUR } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { keyedHash, siteSecret } from '../platform/secrets.ts';
import { Evidence } from './evidence.entity.ts';
import { drawScreenshot } from './screenshot.ts';

/** A picture that was sent in and belongs to no reading yet stays for so long, and a bit more while one is sent. */
const KEPT = HOUR;
const KEPT_WITH_GRACE = 2 * KEPT;

const UNUSED = `
  DELETE FROM evidence WHERE created_at <= $1
  AND NOT EXISTS (SELECT FROM reading WHERE reading.evidence_id = evidence.id)`;

const SHOWN = `
  SELECT type, bytes FROM evidence
  WHERE id = $1 AND EXISTS (SELECT FROM reading WHERE evidence_id = $1 AND status IN ('counted', 'replaced', 'struck'))`;

/** What names a picture. */
export type Picture = Pick<Evidence, 'id' | 'type'>;

/** A picture as it is sent to people. */
export type EvidenceFile = Pick<Evidence, 'type' | 'bytes'>;

/** Screenshots that show numbers. */
@Injectable()
export class EvidenceStore {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  /** Draws a file anew and keeps the drawing; the same one again is the one that is there. */
  async keep(file: Buffer): Promise<Result<Evidence, { type: 'not-a-picture' }>> {
    const drawn = await drawScreenshot(file);
    if (drawn === null) return fail({ type: 'not-a-picture' });
    const sha256 = createHash('sha256').update(drawn.bytes).digest('hex');
    const pictures = this.database.getRepository(Evidence);
    const row = { id: newId(), sha256, ...drawn, createdAt: this.clock.now() };
    await pictures.createQueryBuilder().insert().values(row).orUpdate(['created_at'], ['sha256']).updateEntity(false).execute();
    return ok(await pictures.findOneByOrFail({ sha256 }));
  }

  /** Where a picture is found once its number counts: the reading says so from the beginning, for its facts never change. */
  urlOf({ id, type }: Picture): string {
    return `${this.config.publicUrl}/evidence/${id}.${type}`;
  }

  /** A note for whoever sent a picture, so that they need not send it again when their form comes back. */
  async ticketFor({ id }: Picture): Promise<string> {
    const until = this.clock.now().getTime() + KEPT;
    return `${id}.${until}.${await this.sign(id, until)}`;
  }

  /** The picture of a note that is still good. */
  async ofTicket(ticket: string): Promise<Evidence | null> {
    const [id = '', until = '', signature] = ticket.split('.');
    if (!isUuid(id) || !(Number(until) > this.clock.now().getTime())) return null;
    if (signature !== (await this.sign(id, Number(until)))) return null;
    return this.database.getRepository(Evidence).findOneBy({ id });
  }

  /** A picture that anyone may see, because its reading counts or did; null for all others. */
  async shown(id: string): Promise<EvidenceFile | null> {
    const [picture] = await this.database.query<EvidenceFile[]>(SHOWN, [id]);
    return picture ?? null;
  }

  /** Any picture: for the staff, and for whoever sent it. */
  async find(id: string): Promise<EvidenceFile | null> {
    return this.database.getRepository(Evidence).findOne({ select: { type: true, bytes: true }, where: { id } });
  }

  /** Takes the picture off a reading, and forgets it unless another reading needs it. */
  async drop(manager: EntityManager, readingId: string): Promise<void> {
    const [reading] = await manager.query<{ id: string | null }[]>('SELECT evidence_id AS id FROM reading WHERE id = $1', [readingId]);
    await manager.query('UPDATE reading SET evidence_id = NULL WHERE id = $1', [readingId]);
    if (reading?.id) await manager.query(`${UNUSED} AND id = $2`, [this.clock.now(), reading.id]);
  }

  /** Forgets the pictures that nobody sent a number with. */
  async forgetUnused(now: Date): Promise<void> {
    await this.database.query(UNUSED, [new Date(now.getTime() - KEPT_WITH_GRACE)]);
  }

  private async sign(id: string, until: number): Promise<string> {
    return keyedHash(await siteSecret(this.database, 'evidence'), `${id} ${until}`);
  }
}
