import { MINUTE } from '../domain/durations.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { TRACKED_STATES } from '../domain/campaign-lifecycle.ts';
import type { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { LOCALES, type DateStyle, type Translator } from '../platform/text.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { momentStyle, shownHandle, sourceWords } from './campaign-words.ts';

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
  readonly failure: string | null;
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

function sourceView(account: Account, latest: LatestReading | null, campaign: Campaign, text: Translator, now: Date): SourceView {
  const { id, name } = network(account.network);
  const source = latest && sourceWords({ ...account, networkName: name, state: 'readable', latest }, text);
  return {
    network: name,
    handle: shownHandle(account),
    url: account.url,
    count: latest === null ? null : text.t('account.sources.followers', { n: latest.count }),
    timeZone: campaign.timeZone,
    at: latest?.at ?? null,
    style: momentStyle(latest?.at ?? now, now),
    fresh: latest === null ? unreadWords(id, campaign, text) : text.t('account.sources.fresh', { ago: agoWords(latest.at, now, text), source: source ?? '' }),
    failure: failureWords(account, now, text),
  };
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

function unreadWords(networkId: string, { state }: Campaign, { t }: Translator): string {
  if (networkId === 'x') return t('account.sources.by-people');
  return t(TRACKED_STATES.includes(state) ? 'account.sources.soon' : 'account.sources.later');
}

/** Only failures after the last good reading count. */
function failureWords({ lastFailure, failures, triedAt }: Account, now: Date, text: Translator): string | null {
  if (lastFailure === null || triedAt === null) return null;
  const why = text.t(`account.failure.${lastFailure}`);
  return text.t('account.sources.failed', { why, ago: agoWords(triedAt, now, text), n: failures });
}
