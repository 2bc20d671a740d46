import { MINUTE } from '../domain/durations.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { isPublicState, TRACKED_STATES } from '../domain/campaign-lifecycle.ts';
import type { Account } from '../institutions/account.entity.ts';
import { LOCALES, type DateStyle, type Translator } from '../platform/text.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { accountFacts } from './account-facts.ts';
import { nextWords } from './account-freshness.ts';
import { accountNotes, failureWords, type AccountNote } from './account-words.ts';
import type { AccountFacts, PageState } from './campaign-facts.ts';
import { shownHandle, sourceWords, zonedStyle } from './campaign-words.ts';

/** One account as its campaigner follows it: the last number, how fresh it is, and what went wrong since. */
export type SourceView = {
  readonly network: string;
  readonly handle: string;
  readonly url: string;
  readonly count: string | null;
  readonly timeZone: string;
  readonly at: Date | null;
  readonly style: DateStyle;
  /** “2 hours ago, read on the account's own server”. */
  readonly fresh: string;
  /** When it is read again; null before anything is read. */
  readonly next: string | null;
  readonly failure: string | null;
  readonly notes: readonly AccountNote[];
};

const UNITS = [
  { unit: 'day', milliseconds: 24 * 60 * MINUTE },
  { unit: 'hour', milliseconds: 60 * MINUTE },
  { unit: 'minute', milliseconds: MINUTE },
] as const;

export function sourcesView(
  campaign: Campaign,
  latest: ReadonlyMap<string, LatestReading>,
  text: Translator,
  now: Date,
): SourceView[] {
  return [campaign.fediverseAccount, campaign.xAccount].flatMap((account) =>
    account === null ? [] : [sourceView(account, latest.get(account.id) ?? null, campaign, text, now)],
  );
}

function sourceView(known: Account, latest: LatestReading | null, campaign: Campaign, text: Translator, now: Date): SourceView {
  const account = accountFacts(known, latest, campaign, (address) => address);
  const telling = { campaign: { state: runningState(campaign), timeZone: campaign.timeZone }, now };
  return {
    network: account.networkName,
    handle: shownHandle(account),
    url: account.url,
    count: latest === null ? null : text.t('account.sources.followers', { n: latest.count }),
    timeZone: campaign.timeZone,
    at: latest?.at ?? null,
    style: zonedStyle(latest?.at ?? now, now),
    fresh: latest === null ? unreadWords(account, campaign, text) : freshWords(account, latest, now, text),
    next: TRACKED_STATES.includes(campaign.state) ? nextWords(account, telling, text) : null,
    failure: failureAgo(account, now, text),
    notes: accountNotes(account, telling, text),
  };
}

/** Before and while it runs, an old number is worth a word. */
function runningState({ state }: Campaign): PageState {
  return isPublicState(state) ? state : 'preview';
}

function freshWords(account: AccountFacts, { at, source }: LatestReading, now: Date, text: Translator): string {
  return text.t('account.sources.fresh', { ago: agoWords(at, now, text), source: sourceWords(account, source, text) });
}

/** How long ago, in the largest unit that fits: “3 days ago”, “yesterday” is left to the exact date beside it. */
export function agoWords(at: Date, now: Date, { language }: Translator): string {
  const past = Math.max(0, now.getTime() - at.getTime());
  const longest = UNITS.find((each) => past >= each.milliseconds);
  // “0 minutes ago” is nothing that anyone says.
  if (longest === undefined) return new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'auto' }).format(0, 'second');
  const format = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'always' });
  return format.format(-Math.floor(past / longest.milliseconds), longest.unit);
}

function unreadWords({ network }: AccountFacts, { state }: Campaign, { t }: Translator): string {
  if (network === 'x') return t('account.sources.by-people');
  return t(TRACKED_STATES.includes(state) ? 'account.sources.soon' : 'account.sources.later');
}

/** Only failures after the last good reading count. */
function failureAgo(account: AccountFacts, now: Date, text: Translator): string | null {
  const { why, lastAt, failed } = account.tries;
  if (why === null || lastAt === null) return null;
  return text.t('accounts.failedAgo', { why: failureWords(account, why, text), ago: agoWords(lastAt, now, text), n: failed });
}
