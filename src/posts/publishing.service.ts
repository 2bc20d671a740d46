import { Injectable } from '@nestjs/common';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/durations.ts';
import { isRepeat, MOST_POSTS_A_DAY, nextAttemptAt, nextPostAt, notWorthAPost, settle, type OccasionKind } from '../domain/publishing-rules.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { minuteIn } from '../campaigns/local-day.ts';
import type { OutgoingPost, PublishFailure, PublishingLimits } from '../networks/publishing/publisher.ts';
import { Clock } from '../platform/clock.ts';
import { withLastSeconds } from '../platform/last-seconds.ts';
import { cardAlt } from './card.ts';
import { linkPicture } from './picture-name.ts';
import { Pictures } from './pictures.service.ts';
import { PublicationDrafts } from './publication-drafts.service.ts';
import { PublicationLedger, type ClaimedPublication } from './publication-ledger.service.ts';
import { Publishers, type ChosenPublisher } from './publishers.service.ts';

/** How many promised to follow, by campaign: what posts say of pledges, which they do not know otherwise. */
export type PledgesOf = (campaignId: string) => Promise<number>;

/** A server that did not answer may still be at it. */
const SETTLE_AFTER = 2 * MINUTE;
const LOOK_AGAIN_AFTER = 10 * MINUTE;
const PAUSED_FOR = 10 * MINUTE;
/** Where a server says no time (`X-RateLimit-Reset`). */
const LIMITED_FOR = 15 * MINUTE;
/** Clocks differ. */
const CLOCK_SKEW = 10 * MINUTE;
/** How often a post that tells where a campaign stands is brought up to date. */
const RENEW_EVERY = 6 * HOUR;
const OVER_FOR = 30 * DAY;
/** For everything that is done with one publication; well below the life of a claim (publication-ledger.service.ts). */
const PATIENCE = 3 * MINUTE;
/** For what is under way when the process stops. */
const LAST_SECONDS = 5 * SECOND;
const OUT_OF_TIME: PublishFailure = { type: 'no-answer', detail: 'timeout' };
/** A picture that its server does not take goes by the board after so many attempts, and the post goes out all the same. */
const PICTURE_ATTEMPTS = 2;

/** What everything that is done with one publication needs. */
interface Work {
  readonly pledgesOf: PledgesOf;
  /** The process stops now. */
  readonly end: AbortSignal;
  /** It stops, or this one takes too long. */
  readonly until: AbortSignal;
}

type Held = { readonly skip: string } | { readonly until: Date; readonly reason: string | null } | null;

/** Publishes what is due: each occasion once, or not at all, however often the process dies (docs/adr/0023). */
@Injectable()
export class Publishing {
  constructor(
    private readonly ledger: PublicationLedger,
    private readonly publishers: Publishers,
    private readonly drafts: PublicationDrafts,
    private readonly pictures: Pictures,
    private readonly clock: Clock,
  ) {}

  /**
   * Goes through all that is due and that nobody else is at, one after the other. Several may do so side by side: the ledger sees
   * to it that they never meet in a campaign or on a bot's server.
   */
  async publishDue(pledgesOf: PledgesOf, stop: AbortSignal): Promise<void> {
    await withLastSeconds(stop, LAST_SECONDS, async (end) => {
      while (!stop.aborted && (await this.ledger.pausedSince()) === null) {
        const claimed = await this.ledger.claim();
        if (claimed === null) return;
        await this.advance(claimed, { pledgesOf, end, until: AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]) });
      }
    });
  }

  private async advance(claimed: ClaimedPublication, work: Work): Promise<void> {
    const { publication } = claimed;
    const { campaign, state } = publication;
    if (state === 'sending') return this.findOut(claimed, work);
    if (state === 'sent') return this.renew(claimed, work);
    if (await this.isHeldBack(claimed)) return;
    const chosen = await this.publishers.of(campaign.id, work.until);
    if (chosen === null) return this.ledger.close(claimed, 'skipped', 'no-bot');
    await this.send(claimed, chosen, work);
  }

  /** True: it is not to be sent, or not yet, and that is written down. */
  private async isHeldBack(claimed: ClaimedPublication): Promise<boolean> {
    const held = this.heldBack(claimed);
    if (held !== null) await ('skip' in held ? this.ledger.close(claimed, 'skipped', held.skip) : this.ledger.wait(claimed, held.until, held));
    return held !== null;
  }

  /** Why it is not to be sent, or not yet. */
  private heldBack(claimed: ClaimedPublication): Held {
    const { publication, wishes, happened } = claimed;
    const { campaign, kind, occasion } = publication;
    const now = this.clock.now();
    if (campaign.hiddenAt !== null) return { skip: 'hidden' };
    if (isOver(campaign, kind)) return { skip: 'over' };
    if (kind !== 'gap') {
      const told = happened.find((each) => each.occasion === occasion);
      const why = told === undefined ? 'withdrawn' : notWorthAPost(told, happened, now);
      if (why !== null) return { skip: why };
    }
    if (wishes.mode === 'paused') return { until: new Date(now.getTime() + PAUSED_FOR), reason: 'paused' };
    // The victory is written down right after what shows it.
    if (kind === 'crossed' && campaign.state === 'live') return { until: new Date(now.getTime() + MINUTE), reason: null };
    return this.turnOf(claimed, now);
  }

  /** When its campaign and the account that it goes out from may post again. */
  private turnOf({ publication: { campaign }, wishes, sent, sentByAccount }: ClaimedPublication, now: Date): Held {
    const day = { now, minuteOfDay: minuteIn(campaign.timeZone), quiet: { from: wishes.quietFrom, until: wishes.quietUntil } };
    const until = nextPostAt({ ...day, sent, perDay: wishes.perDay });
    const accountsTurn = nextPostAt({ ...day, sent: sentByAccount, perDay: MOST_POSTS_A_DAY });
    if (accountsTurn > until) return { until: accountsTurn, reason: `account-full ${MOST_POSTS_A_DAY}` };
    return until > now ? { until, reason: null } : null;
  }

  private async send(claimed: ClaimedPublication, { publisher, bot }: ChosenPublisher, work: Work): Promise<void> {
    const { publication, wishes } = claimed;
    const limits = await publisher.limits();
    if (!limits.ok) return this.failed(claimed, limits.error, work);
    const text = await this.textOf(claimed, limits.value, work);
    if (!(await this.ledger.write(claimed, text))) return;
    if (wishes.mode === 'dry-run') return this.ledger.close(claimed, 'skipped', 'dry-run');
    const picture = await this.pictureOf(claimed, publisher, limits.value, work);
    if (picture === null) return;
    if (work.until.aborted) return this.failed(claimed, OUT_OF_TIME, work);
    if (!(await this.ledger.ask(claimed, bot))) return;
    const sent = await publisher.publish(this.postOf(claimed, text, picture.id), publication.key);
    await (sent.ok ? this.ledger.sent(claimed, sent.value) : this.failed(claimed, sent.error, work, true));
  }

  /** One that was handed over before is the same to the letter. */
  private async textOf({ publication, wishes }: ClaimedPublication, { text: rules }: PublishingLimits, { pledgesOf }: Work): Promise<string> {
    if (publication.askedAt !== null && publication.text !== null) return publication.text;
    const { campaign } = publication;
    return this.drafts.text(campaign, publication, wishes.language, rules, await pledgesOf(campaign.id));
  }

  private postOf({ publication, wishes }: ClaimedPublication, text: string, pictureId: string | null): OutgoingPost {
    const visibility = isRepeat(publication.kind) ? 'unlisted' : wishes.visibility;
    return { text, visibility, pictureId, language: wishes.language, quotes: wishes.quotes };
  }

  /** The picture on the server, or none: a post is not lost with its picture. Null: it waits, as the server takes nothing at all. */
  private async pictureOf(claimed: ClaimedPublication, publisher: ChosenPublisher['publisher'], limits: PublishingLimits, work: Work): Promise<{ id: string | null } | null> {
    const { publication } = claimed;
    if (publication.pictureId !== null || publication.withoutPicture !== null || publication.askedAt !== null) return { id: publication.pictureId };
    // The numbers in a picture stay as they are when the text is changed.
    if (publication.kind === 'gap') return { id: null };
    const { png, alt } = await this.cardOf(claimed, await work.pledgesOf(publication.campaign.id));
    const isTooLarge = limits.pictureBytes !== null && png.length > limits.pictureBytes;
    const sent = isTooLarge ? null : await publisher.upload({ png, alt: alt.slice(0, limits.altLength) });
    if (sent?.ok) return (await this.ledger.keepPicture(claimed, { pictureId: sent.value })) ? { id: sent.value } : null;
    const isPassing = sent !== null && ['rate-limited', 'not-reached', 'no-answer'].includes(sent.error.type);
    if (work.until.aborted || (isPassing && publication.attempts < PICTURE_ATTEMPTS)) {
      await this.failed(claimed, isPassing ? sent.error : OUT_OF_TIME, work);
      return null;
    }
    return (await this.ledger.keepPicture(claimed, { withoutPicture: sent === null ? 'too-large' : 'not-taken' })) ? { id: null } : null;
  }

  /** The campaign's card as it is now, with what it says for those who do not see it. */
  private async cardOf({ publication: { campaign }, wishes: { language } }: ClaimedPublication, pledges: number): Promise<{ png: Buffer; alt: string }> {
    const png = await this.pictures.picture(campaign, linkPicture(language), pledges);
    return { png, alt: cardAlt(await this.pictures.facts(campaign, language, pledges)) };
  }

  /** Of one that was handed over without an answer: is it there? */
  private async findOut(claimed: ClaimedPublication, work: Work): Promise<void> {
    const { publication } = claimed;
    const { campaign, bot } = publication;
    const publisher = await this.publishers.again(bot, work.until);
    const askedAt = publication.askedAt ?? this.clock.now();
    if (publisher === null) return this.ledger.close(claimed, 'unclear', 'no-bot');
    const found = await publisher.find(this.drafts.linkOf(campaign, publication), new Date(askedAt.getTime() - CLOCK_SKEW));
    if (found.ok && found.value !== null) return this.ledger.sent(claimed, found.value);
    const limits = found.ok ? null : await publisher.limits();
    const keepsKeys = limits?.ok === true && limits.value.keepsKeys;
    const now = this.clock.now();
    switch (settle({ askedAt, now, seen: found.ok ? 'nowhere' : 'unknown', keepsKeys })) {
      case 'sent':
        throw new Error('A post was settled as sent that nobody found.');
      case 'send-again':
        if (await this.isHeldBack(claimed)) return;
        return this.send(claimed, { publisher, bot }, work);
      case 'look-again':
        return this.ledger.wait(claimed, new Date(now.getTime() + LOOK_AGAIN_AFTER), { reason: 'no-answer' });
      case 'unclear':
        return this.ledger.close(claimed, 'unclear', 'no-answer');
    }
  }

  /** Changes the one post that tells where the campaign stands; one that somebody deleted stays deleted. */
  private async renew(claimed: ClaimedPublication, work: Work): Promise<void> {
    const { publication, wishes } = claimed;
    const { campaign, bot, remoteId } = publication;
    const now = this.clock.now().getTime();
    const isOver = campaign.state !== 'live' || campaign.hiddenAt !== null;
    const nextAt = new Date(now + (isOver ? OVER_FOR : RENEW_EVERY));
    const publisher = await this.publishers.again(bot, work.until);
    if (publisher === null || remoteId === null || wishes.mode !== 'on' || campaign.hiddenAt !== null) return this.ledger.wait(claimed, nextAt, { reason: null });
    const limits = await publisher.limits();
    if (!limits.ok) return this.ledger.wait(claimed, nextAt, { reason: limits.error.type });
    const text = await this.drafts.text(campaign, publication, wishes.language, limits.value.text, await work.pledgesOf(campaign.id));
    const edited = text === publication.text ? null : await publisher.edit(remoteId, this.postOf(claimed, text, null));
    if (edited === null || edited.ok) return this.ledger.edited(claimed, text, nextAt);
    if (edited.error.type === 'gone') return this.ledger.close(claimed, 'skipped', 'deleted');
    const until = edited.error.type === 'rate-limited' ? (edited.error.retryAt ?? nextAt) : nextAt;
    await this.ledger.wait(claimed, until, { reason: edited.error.type });
  }

  /** `asked`: the server was asked to publish just now, so that it may have. */
  private async failed(claimed: ClaimedPublication, failure: PublishFailure, { end }: Work, asked = false): Promise<void> {
    const { publication } = claimed;
    const now = this.clock.now();
    const unasked = publication.askedAt === null;
    // That the process stops is not the server's fault.
    if (end.aborted && !asked) return this.ledger.wait(claimed, now, { reason: publication.reason });
    const next = nextAttemptAt(publication.attempts + 1, now);
    switch (failure.type) {
      case 'rate-limited':
        return this.ledger.wait(claimed, failure.retryAt ?? new Date(now.getTime() + LIMITED_FOR), { reason: failure.type, unasked });
      case 'not-reached':
        if (next === null) return this.ledger.close(claimed, unasked ? 'failed' : 'unclear', failure.type);
        return this.ledger.wait(claimed, next, { reason: failure.type, failed: true, unasked });
      case 'no-answer':
        if (next === null) return this.ledger.close(claimed, asked || !unasked ? 'unclear' : 'failed', failure.type);
        return this.ledger.wait(claimed, asked ? new Date(now.getTime() + SETTLE_AFTER) : next, { reason: failure.type, failed: true });
      case 'refused':
      case 'gone':
        return this.ledger.close(claimed, 'failed', failure.type);
      case 'rejected':
        return this.ledger.close(claimed, 'failed', `${failure.type} ${failure.detail}`);
    }
  }
}

/** Nobody presses an institution that said yes: that it did is the last that is told. */
function isOver(campaign: Campaign, kind: OccasionKind): boolean {
  if (!isPublic(campaign) || campaign.state === 'closed') return true;
  if (campaign.state === 'agreed') return kind !== 'letter-agreed';
  return kind === 'gap' && campaign.state !== 'live';
}
