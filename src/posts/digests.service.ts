import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { v7 as newId } from 'uuid';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Timelines } from '../campaigns/timelines.query.ts';
import { isPublic, SETTLED_STATES } from '../domain/campaign-lifecycle.ts';
import { DAY, HOUR } from '../domain/durations.ts';
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
import { wayOut, type MailingEnd } from '../platform/way-out.ts';
import { digestParagraphs } from './digest-letter.ts';
import { DigestReader } from './digest-reader.entity.ts';

/** The queue of digests to send, by the id of the reader's row: a job holds no address. */
export const DIGEST_QUEUE = 'digest';

const WEEK = 7 * DAY;
/** An address of which nothing comes for so long is forgotten: its mailbox takes nothing, or its campaign is hidden. */
const PATIENCE = 4 * WEEK;
/** Between two tries of one week's mail; each is so many times longer than the one before, up to a week. */
const FIRST_PAUSE = HOUR;
const GROWTH = 4;
const AT_ONCE = 500;

const DUE = `SELECT id FROM digest_reader WHERE next_at <= $1 AND id > $2 ORDER BY id LIMIT ${AT_ONCE}`;

const FORGET = `
  DELETE FROM digest_reader USING campaign
  WHERE campaign.id = digest_reader.campaign_id
    AND (digest_reader.failing_since <= $1 OR campaign.hidden_at <= $1 OR campaign.ended_at <= $1
      OR campaign.hidden_at IS NOT NULL AND campaign.state = ANY($2))`;

const HASHED_FOR = 'digest.address';

interface Sealed {
  readonly address: string;
  readonly leave: string;
}

/** A campaign's news by mail, once a week, for whoever asked for it and confirmed that. */
@Injectable()
export class Digests implements MailingEnd {
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

  async find(leave: string): Promise<{ title: string } | null> {
    const row = await this.database.getRepository(DigestReader).findOne({ where: { leaveHash: tokenHash(leave) }, relations: { campaign: true } });
    return row && { title: row.campaign.title };
  }

  async leave(leave: string): Promise<void> {
    await this.database.getRepository(DigestReader).delete({ leaveHash: tokenHash(leave) });
  }

  /** Hands over those whose week, or pause, is over, and forgets those to whom nothing comes any more. */
  async sendDue(stop?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.database.query(FORGET, [new Date(now.getTime() - PATIENCE), SETTLED_STATES]);
    await this.queue.sendEach(DIGEST_QUEUE, (id) => this.database.query<{ id: string }[]>(DUE, [now, id]), stop);
  }

  /**
   * Sends one, which is written down before: a process that dies in between leaves somebody without news for a week, and never
   * with the same twice. Throws when the mail server does not take it now; when it is tried again is written down.
   */
  async deliver(id: string, mailer: Mailer): Promise<void> {
    const readers = this.database.getRepository(DigestReader);
    const row = await readers.findOne({ where: { id }, relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } } });
    const now = this.clock.now();
    if (row === null || row.nextAt > now) return;
    const taken = await readers.update({ id, nextAt: row.nextAt }, { nextAt: new Date(now.getTime() + WEEK) });
    if (taken.affected !== 1) return;
    const secrets = isPublic(row.campaign) ? await this.open(row) : null;
    if (secrets !== null) await this.send(row, secrets, mailer, now);
  }

  private async send(row: DigestReader, secrets: Sealed, mailer: Mailer, now: Date): Promise<void> {
    const { id, campaign, failingSince } = row;
    const readers = this.database.getRepository(DigestReader);
    const mail = await this.mail(row, secrets, now);
    const sent = await mailer.send(mail).catch(async (error: unknown) => {
      await this.putOff(row, now);
      throw error;
    });
    // Of a campaign that is over there will be no more news.
    if (!sent.ok || campaign.state !== 'live') await readers.delete({ id });
    else if (failingSince !== null) await readers.update({ id }, { tries: 0, failingSince: null });
  }

  private async putOff({ id, tries, failingSince }: DigestReader, now: Date): Promise<void> {
    const pause = Math.min(FIRST_PAUSE * GROWTH ** tries, WEEK);
    const until = { nextAt: new Date(now.getTime() + pause), tries: tries + 1, failingSince: failingSince ?? now };
    await this.database.getRepository(DigestReader).update({ id }, until);
  }

  private async mail({ campaign, language }: DigestReader, { address, leave }: Sealed, now: Date) {
    const { t } = translator(language);
    const standing = await this.standings.of(campaign);
    const happenings = (await this.timelines.of([campaign])).get(campaign.id) ?? [];
    const paragraphs = digestParagraphs(campaign, standing, happenings, new Date(now.getTime() - WEEK), language);
    const out = wayOut(this.config.publicUrl, 'digest', leave);
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
