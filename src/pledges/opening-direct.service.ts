import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MINUTE } from '../domain/durations.ts';
import { handleText } from '../domain/handle.ts';
import { STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { withoutMentions } from '../domain/post-length.ts';
import { settleUnseen } from '../domain/publishing-rules.ts';
import { MESSAGE_INTERVAL } from '../domain/wave.ts';
import { presentAccount } from '../institutions/present-account.ts';
import type { DirectMessage, PublishFailure, Publisher } from '../networks/publishing/publisher.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator } from '../platform/text.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { openPerson } from './pledge-person.ts';
import { TellRequest } from './tell-request.entity.ts';

/** Whoever writes the messages. */
type Messenger = Pick<Publisher, 'tell' | 'limits' | 'check'>;

/** For the account's server, where that takes nothing now and says no time, and for one person of whom it did not answer. */
const TROUBLE = 15 * MINUTE;

/** Whose turn came first, unless the wave was stopped, the account taken back or the pledge set aside meanwhile; who got no answer just now waits. */
const NEXT = `
  SELECT tell_request.id, tell_request.handed_at AS "handedAt" FROM tell_request
  JOIN pledge ON pledge.id = tell_request.pledge_id JOIN campaign ON campaign.id = pledge.campaign_id
  JOIN wave ON wave.campaign_id = campaign.id AND wave.stopped_at IS NULL
  WHERE tell_request.way = 'direct' AND tell_request.sent_at IS NULL AND tell_request.failure IS NULL
    AND tell_request.told_account_id = campaign.fediverse_account_id AND campaign.hidden_at IS NULL
    AND pledge.state = ANY($1) AND pledge.set_aside_id IS NULL
    AND (tell_request.handed_at IS NULL OR tell_request.handed_at <= $2)
  ORDER BY tell_request.told_at, tell_request.asked_at, tell_request.id LIMIT 1
  FOR UPDATE OF tell_request`;

/** Of all workers, one alone gets it. */
const TAKE_TURN = `
  INSERT INTO message_turn (name, next_at) VALUES ('site', $2)
  ON CONFLICT (name) DO UPDATE SET next_at = $2 WHERE message_turn.next_at <= $1 RETURNING name`;

/** Others of whom no answer came just now. */
const UNANSWERED = `SELECT FROM tell_request WHERE way = 'direct' AND sent_at IS NULL AND failure IS NULL AND handed_at > $1 AND id <> $2 LIMIT 1`;

/** A request that may be with the server from now on, and what was written down of it before. */
interface Handed {
  readonly id: string;
  readonly handedAt: Date;
  /** Since when it was handed over before; null: it was not. */
  readonly earlier: Date | null;
}

/** The one message to those who asked to be told by a direct message of the site's account. */
@Injectable()
export class OpeningDirect {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly blocks: PledgeBlocks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Writes to the next person, if it is anybody's turn: to one in {@link MESSAGE_INTERVAL} at most, whatever campaigns they wait for
   * and however many workers there are. All that `messenger` does must end within that time.
   */
  async tellNext(messenger: Messenger): Promise<void> {
    const handed = await this.handOver();
    if (handed === null) return;
    if (handed.earlier !== null) {
      const limits = await messenger.limits();
      const keepsKeys = limits.ok ? limits.value.keepsKeys : null;
      const next = settleUnseen({ askedAt: handed.earlier, now: this.clock.now(), keepsKeys });
      if (next === 'unclear') return this.note(handed, { failure: 'unclear' });
      if (next === 'ask-later') return this.hold(null);
    }
    await this.send(handed, messenger);
  }

  /** Writes down that the server may have it, before it is asked. Null: nobody waits, or it is nobody's turn yet. */
  private async handOver(): Promise<Handed | null> {
    const now = this.clock.now();
    return this.database.transaction(async (manager) => {
      const [next] = await manager.query<{ id: string; handedAt: Date | null }[]>(NEXT, [STANDING_STATES, troubleSince(now)]);
      if (next === undefined) return null;
      const turn = await manager.query<unknown[]>(TAKE_TURN, [now, new Date(now.getTime() + MESSAGE_INTERVAL)]);
      if (turn.length === 0) return null;
      const handedAt = next.handedAt ?? now;
      await manager.update(TellRequest, { id: next.id }, { handedAt });
      return { id: next.id, handedAt, earlier: next.handedAt };
    });
  }

  private async send(handed: Handed, messenger: Messenger): Promise<void> {
    const request = await this.database.getRepository(TellRequest).findOne({
      where: { id: handed.id },
      relations: { toldAccount: true, pledge: { campaign: { institution: true } } },
    });
    const person = request && (await openPerson(this.ring, request.pledge));
    if (request === null || person === null) return;
    // Messages leave for days, and a block sets aside nobody below its server.
    if (await this.blocks.blocksHandle(this.database.manager, person.handle)) return this.forget(handed);
    // Of a second account, which puts the first one right, there is a second message.
    const key = `opening.${request.id}.${request.toldAccount?.id ?? ''}`;
    const sent = await messenger.tell(this.message(request, handleText(person.handle)), key);
    await (sent.ok ? this.note(handed, { sentAt: this.clock.now() }) : this.failed(handed, sent.error, messenger));
  }

  /** What is about one person ends their wish alone; what is about the account holds up everybody. */
  private async failed(handed: Handed, failure: PublishFailure, messenger: Messenger): Promise<void> {
    if (failure.type === 'rejected') return this.note(handed, { failure: handed.earlier === null ? 'refused' : 'unclear' });
    if (failure.type === 'no-answer' && (await this.isAboutOne(handed, messenger))) {
      // A second try is enough: whose server is slow on purpose must not have every other turn.
      return handed.earlier === null ? undefined : this.note(handed, { failure: 'unclear' });
    }
    await this.hold(failure.type === 'rate-limited' ? failure.retryAt : null);
    // Of one that certainly never arrived, nothing has to be found out.
    if (failure.type !== 'no-answer' && handed.earlier === null) await this.note(handed, { handedAt: null });
  }

  /** The account's server looks for people on theirs before it answers, and those may take their time. */
  private async isAboutOne({ id }: Handed, messenger: Messenger): Promise<boolean> {
    if (!(await messenger.check()).ok) return false;
    const others = await this.database.query<unknown[]>(UNANSWERED, [troubleSince(this.clock.now()), id]);
    return others.length === 0;
  }

  /** Of one whose turn came again meanwhile, for another account, this says nothing. */
  private async note({ id, handedAt }: Handed, fields: Pick<Partial<TellRequest>, 'handedAt' | 'sentAt' | 'failure'>): Promise<void> {
    await this.database.getRepository(TellRequest).update({ id, handedAt }, fields);
  }

  private async forget({ id }: Handed): Promise<void> {
    await this.database.getRepository(TellRequest).delete({ id });
  }

  private async hold(until: Date | null): Promise<void> {
    const nextAt = until ?? new Date(this.clock.now().getTime() + TROUBLE);
    await this.database.query('UPDATE message_turn SET next_at = greatest(next_at, $1)', [nextAt]);
  }

  /** Two servers keep it in clear: it leads to public pages alone, and the account is named by its page, as a handle would call it. */
  private message({ language, corrects, toldAccount, pledge: { campaign } }: TellRequest, handle: string): DirectMessage {
    const { t } = translator(language);
    const account = toldAccount === null ? '' : presentAccount(toldAccount).url;
    const values = { institution: withoutMentions(campaign.institution.name), account, campaign: `${this.config.publicUrl}/c/${campaign.slug}` };
    const more = corrects ? 'tell-me.message.corrects' : 'tell-me.message.end';
    return { handle, language, text: `${t('tell-me.message', values)}\n\n${t(more)}` };
  }
}

function troubleSince(now: Date): Date {
  return new Date(now.getTime() - TROUBLE);
}
