import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual } from 'typeorm';
import { v7 as newId } from 'uuid';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Timelines } from '../campaigns/timelines.query.ts';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { DAY } from '../domain/durations.ts';
import type { ProvenAddress } from '../identity/email-codes.service.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf, stillCurrent } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { mailOf } from '../platform/letter.ts';
import { Mailer } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import { translator } from '../platform/text.ts';
import { digestParagraphs } from './digest-letter.ts';
import { DigestReader } from './digest-reader.entity.ts';

/** The queue of digests to send, by the id of the reader's row: a job holds no address. */
export const DIGEST_QUEUE = 'digest';

const WEEK = 7 * DAY;
const AT_ONCE = 500;
const HASHED_FOR = 'digest.address';

interface Sealed {
  readonly address: string;
  readonly leave: string;
}

/** A campaign's news by mail, once a week, for whoever asked for it and confirmed that. */
@Injectable()
export class Digests {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly keyRing: KeyRing,
    private readonly standings: CampaignStandings,
    private readonly timelines: Timelines,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The token of the page on which somebody types the code that confirms what they ask for. */
  askerFor({ id }: Pick<Campaign, 'id'>): string {
    return `${newToken()}.${id}`;
  }

  /** The first digest comes in a week; whoever confirms twice has one. False: the campaign is not on any more. */
  async confirm({ asker, address, language }: ProvenAddress): Promise<boolean> {
    const [, campaignId = ''] = asker.split('.');
    const campaign = await this.database.getRepository(Campaign).findOneBy({ id: campaignId, state: 'live' });
    if (campaign === null || !isPublic(campaign)) return false;
    const [id, leave] = [newId(), newToken()];
    const nextAt = new Date(this.clock.now().getTime() + WEEK);
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.keyRing);
      const hashes = keys.hashes(HASHED_FOR, address.toLowerCase());
      if (await manager.existsBy(DigestReader, { campaign: { id: campaignId }, addressHash: In(hashes) })) return;
      const secrets: Sealed = { address, leave };
      const sealed = keys.seal(placeOf('digest_reader', 'sealed', id), JSON.stringify(secrets));
      const values = { id, campaign, addressHash: hashes[0] ?? '', leaveHash: tokenHash(leave), sealed, language, nextAt };
      await manager.createQueryBuilder().insert().into(DigestReader).values(values).orIgnore().execute();
    });
    return true;
  }

  /** Which campaign's news a link ends; null: it ended them already. */
  async find(leave: string): Promise<{ title: string } | null> {
    const row = await this.database.getRepository(DigestReader).findOne({ where: { leaveHash: tokenHash(leave) }, relations: { campaign: true } });
    return row && { title: row.campaign.title };
  }

  /** No more of it, and the address is forgotten. */
  async leave(leave: string): Promise<void> {
    await this.database.getRepository(DigestReader).delete({ leaveHash: tokenHash(leave) });
  }

  /** Hands over those whose week is over. */
  async sendDue(): Promise<void> {
    const where = { nextAt: LessThanOrEqual(this.clock.now()) };
    const due = await this.database.getRepository(DigestReader).find({ select: { id: true }, where, order: { nextAt: 'ASC' }, take: AT_ONCE });
    for (const { id } of due) await this.queue.send(DIGEST_QUEUE, { id }, { key: id });
  }

  /**
   * Sends one, which is written down before: a process that dies in between leaves somebody without news for a week, and never
   * with the same twice. Throws when the mail server refuses, and it is then tried again.
   */
  async deliver(id: string, mailer: Mailer): Promise<void> {
    const readers = this.database.getRepository(DigestReader);
    const row = await readers.findOne({ where: { id }, relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } } });
    const now = this.clock.now();
    if (row === null || row.nextAt > now) return;
    const taken = await readers.update({ id, nextAt: row.nextAt }, { nextAt: new Date(now.getTime() + WEEK) });
    if (taken.affected !== 1) return;
    const secrets = isPublic(row.campaign) ? await this.open(row) : null;
    try {
      if (secrets !== null) await mailer.send(await this.mail(row, secrets, now));
    } catch (error) {
      await readers.update({ id }, { nextAt: row.nextAt });
      throw error;
    }
    // Of a campaign that is over there will be no more news.
    if (secrets !== null && row.campaign.state !== 'live') await readers.delete({ id });
  }

  private async mail({ campaign, language }: DigestReader, { address, leave }: Sealed, now: Date) {
    const { t } = translator(language);
    const standing = await this.standings.of(campaign);
    const happenings = (await this.timelines.of([campaign])).get(campaign.id) ?? [];
    const paragraphs = digestParagraphs(campaign, standing, happenings, new Date(now.getTime() - WEEK), language);
    const out = `${this.config.publicUrl}/digest/${leave}`;
    return mailOf({
      to: address,
      subject: t('mail.digest_subject', { title: campaign.title }),
      paragraphs,
      link: `${this.config.publicUrl}/c/${campaign.slug}?lang=${language}`,
      closing: [t('mail.digest_way_out', { link: out })],
      unsubscribe: out,
    });
  }

  /** Null: its key is gone. */
  private async open({ id, sealed }: DigestReader): Promise<Sealed | null> {
    const text = await this.keyRing.open(placeOf('digest_reader', 'sealed', id), sealed);
    return text === null ? null : (JSON.parse(text) as Sealed);
  }
}

/** For whoever changes the site's keys. */
export const SEALED_DIGESTS: SealedTable = {
  name: 'digest_reader',
  column: 'sealed',
  hashed: ['address_hash'],
  hashesOf: (keys, opened) => [keys.hash(HASHED_FOR, (JSON.parse(opened) as Sealed).address.toLowerCase())],
};
