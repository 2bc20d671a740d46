import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { ADDRESS_DAYS } from '../domain/wave.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { mailOf } from '../platform/letter.ts';
import { Mailer, type Mail } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { keyedHash, tokenHash } from '../platform/secrets.ts';
import { translator } from '../platform/text.ts';
import { wayOut, type MailingEnd } from '../platform/way-out.ts';
import { openAddress, type TellAddress } from './tell-requests.service.ts';
import { TellRequest } from './tell-request.entity.ts';
import { Wave } from './wave.entity.ts';
import { OPENING_MAIL_QUEUE } from './waves.service.ts';

const AT_ONCE = 500;

/**
 * What the mail server did not take for as long as the queue tries, an hour after that, and then after pauses that double up to half a
 * day: some servers never take a mail, and do not say so by a code that means nothing else.
 */
const HAND_OVER_AGAIN = `
  WITH again AS (
    UPDATE tell_request SET handed_at = $1 WHERE id IN (
      SELECT tell_request.id FROM tell_request
      JOIN pledge ON pledge.id = tell_request.pledge_id JOIN campaign ON campaign.id = pledge.campaign_id
      JOIN wave ON wave.campaign_id = campaign.id AND wave.stopped_at IS NULL
      WHERE tell_request.way = 'mail' AND tell_request.sealed IS NOT NULL AND tell_request.sent_at IS NULL
        AND coalesce(tell_request.handed_at, tell_request.told_at)
          + least(greatest(tell_request.handed_at - tell_request.told_at, interval '1 hour'), interval '12 hours') <= $1
        AND campaign.hidden_at IS NULL AND pledge.set_aside_id IS NULL
        AND tell_request.told_account_id = campaign.fediverse_account_id
        AND tell_request.id > $2
      ORDER BY tell_request.id LIMIT ${AT_ONCE})
    RETURNING id)
  SELECT id FROM again ORDER BY id`;

/** Neither address nor a link to anybody's page. */
const FORGOTTEN = { sealed: null, addressHash: null } as const;

/** The one message to those who asked to be told by mail. */
@Injectable()
export class OpeningMail implements MailingEnd {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly ring: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sends one, unless it was sent, withdrawn, or stopped since; where there is no mailbox, its address is forgotten. Throws when the
   * mail server does not take it now.
   */
  async deliver(id: string, mailer: Mailer): Promise<void> {
    const requests = this.database.getRepository(TellRequest);
    const request = await requests.findOne({
      where: { id, sentAt: IsNull(), sealed: Not(IsNull()), pledge: { setAsideId: IsNull() } },
      relations: { toldAccount: true, pledge: { campaign: { institution: true, fediverseAccount: true } } },
    });
    const to = request && (await openAddress(this.ring, request));
    if (request === null || to === null || !(await this.stillGoes(request))) return;
    const leave = leaveTokenOf(request, to);
    await requests.update({ id }, { leaveHash: tokenHash(leave) });
    const sent = await mailer.send(this.letter(request, to, leave));
    await requests.update({ id }, sent.ok ? { sentAt: this.clock.now() } : FORGOTTEN);
  }

  async find(leave: string): Promise<{ title: string } | null> {
    const where = { leaveHash: tokenHash(leave) };
    const request = await this.database.getRepository(TellRequest).findOne({ where, relations: { pledge: { campaign: true } } });
    return request && { title: request.pledge.campaign.title };
  }

  async leave(leave: string): Promise<void> {
    await this.database.getRepository(TellRequest).delete({ leaveHash: tokenHash(leave) });
  }

  /** Hands over again what is long due. */
  async handOverAgain(): Promise<void> {
    const now = this.clock.now();
    await this.queue.sendEach(OPENING_MAIL_QUEUE, (id) => this.database.query<{ id: string }[]>(HAND_OVER_AGAIN, [now, id]));
  }

  /** Forgets the addresses whose turn is long past, sent or not. */
  async forgetTold(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - ADDRESS_DAYS * DAY);
    await this.database.getRepository(TellRequest).update({ toldAt: LessThanOrEqual(before), sealed: Not(IsNull()) }, FORGOTTEN);
  }

  /** Between its turn and now, a moderator may have said that it is the wrong account. */
  private async stillGoes({ toldAccount, pledge: { campaign } }: TellRequest): Promise<boolean> {
    if (campaign.hiddenAt !== null || toldAccount === null || toldAccount.id !== campaign.fediverseAccount?.id) return false;
    return this.database.getRepository(Wave).existsBy({ campaignId: campaign.id, stoppedAt: IsNull() });
  }

  private letter({ id, language, corrects, toldAccount, pledge: { campaign } }: TellRequest, { address, token }: TellAddress, leave: string): Mail {
    const { t } = translator(language);
    const { publicUrl } = this.config;
    const handle = toldAccount === null ? '' : `@${presentAccount(toldAccount).handle}`;
    const values = { title: campaign.title, institution: campaign.institution.name, handle };
    const written = mailOf({
      to: address,
      subject: t('mail.opening_subject', values),
      paragraphs: [t('mail.opening', values), ...(corrects ? [t('mail.opening_corrects')] : []), t('mail.opening_link')],
      link: `${publicUrl}/p/${token}?lang=${language}`,
      closing: [t('mail.private_link'), t('mail.opening_way_out', { days: ADDRESS_DAYS })],
      unsubscribe: wayOut(publicUrl, 'opening', leave),
    });
    // Sent twice because a process died in between, it is the same message to mailboxes that look.
    return { ...written, messageId: `<opening.${id}.${toldAccount?.id ?? ''}@${new URL(publicUrl).hostname}>` };
  }
}

/** The same each time that a mail is sent; the private page's token cannot be told from it. */
function leaveTokenOf({ id }: Pick<TellRequest, 'id'>, { token }: TellAddress): string {
  return keyedHash(token, `opening.leave ${id}`);
}
