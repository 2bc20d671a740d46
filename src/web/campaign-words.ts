import type { Dare } from '../domain/dare.ts';
import { DAY } from '../domain/durations.ts';
import type { Forecast } from '../domain/forecast.ts';
import { BLUESKY_HOST, formatHandle } from '../domain/handle.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import type { AccountFacts, CampaignFacts, ReadingSource } from './campaign-facts.ts';

/** The words of a campaign's page that depend on its facts; pure, in one language. */

/** What the two sides are called. */
export function sideNames(facts: Pick<CampaignFacts, 'accounts'>): { fediverse: string; x: string } {
  return {
    fediverse: facts.accounts.fediverse?.networkName ?? 'Mastodon',
    x: facts.accounts.x?.networkName ?? 'X',
  };
}

/** The rule of the match in a few words: “More followers on Mastodon than on X”. */
export function dareWords(facts: Pick<CampaignFacts, 'accounts' | 'institution'> & { dare: Dare }, text: Translator): string {
  const { dare } = facts;
  if (dare.kind === 'open') return text.t('campaign.dare.open', { institution: facts.institution.name });
  const names = sideNames(facts);
  if (dare.kind === 'reach') return text.t('campaign.dare.reach', { ...names, target: dare.target });
  return text.t('campaign.dare.overtake', names);
}

/** A day; the year is written when it is not the present one. */
export function dayStyle(at: Date, now: Date): DateStyle {
  return at.getUTCFullYear() === now.getUTCFullYear() ? 'day' : 'dayYear';
}

/** A moment; the year is written when it is not the present one. */
export function momentStyle(at: Date, now: Date): DateStyle {
  return at.getUTCFullYear() === now.getUTCFullYear() ? 'moment' : 'momentYear';
}

/** A moment with its time zone, for numbers that must be placed exactly. */
export function zonedStyle(at: Date, now: Date): DateStyle {
  return at.getUTCFullYear() === now.getUTCFullYear() ? 'zoned' : 'zonedYear';
}

/** Where the campaign stands: “On now · until Monday 4 September”. */
export function statusWords({ campaign, now }: CampaignFacts, text: Translator): string {
  const { state, deadline, endedAt, timeZone } = campaign;
  if (state === 'preview') return text.t('campaign.status.preview');
  if (state === 'live') {
    if (!deadline) return text.t('campaign.status.live');
    const style = dayStyle(deadline, now) === 'day' ? 'weekday' : 'dayYear';
    return text.t('campaign.status.liveUntil', { at: text.date(deadline, style, timeZone) });
  }
  const at = endedAt ?? now;
  return text.t(`campaign.status.${state}`, { at: text.date(at, dayStyle(at, now), timeZone) });
}

/** The forecast in words, as HTML; null when there is nothing to say. */
export function forecastWords(facts: CampaignFacts, text: Translator): { html: string; sooner: string | null } | null {
  const { forecast, campaign } = facts;
  if (campaign.state !== 'live' || campaign.dare.kind === 'open' || forecast.type === 'crossed') return null;
  if (isWithoutCount(facts)) return null;
  if (forecast.type === 'not-enough-data') return plain(text.html('campaign.forecast.not-enough-data'));
  if (forecast.type === 'not-closing') return plain(text.html(`campaign.forecast.${forecast.reason}`));
  const event = text.t(`campaign.forecast.event.${campaign.dare.kind}`, campaign.dare.kind === 'reach' ? {} : sideNames(facts));
  const { key, dates } = whenWords(forecast, facts, text);
  const sooner = forecast.followsPerDaySooner;
  return {
    html: [text.html(`campaign.forecast.${key}_html`, { event, ...dates }), ...deadlineWords(forecast, facts, text)].join(' '),
    sooner: sooner === null ? null : text.t('campaign.forecast.sooner', { n: sooner }),
  };
}

/** Where a number comes from, in words. */
export function sourceWords(
  { network }: Pick<AccountFacts, 'network'>,
  source: ReadingSource,
  text: Translator,
  length: 'short' | 'long' = 'long',
): string {
  const key = network === 'x' && source === 'network' ? 'networkX' : source;
  return text.t(length === 'short' ? `campaign.source.short.${key}` : `campaign.source.${key}`);
}

/** How an account is shown: with its @, and its host in its own alphabet. */
export function shownHandle(account: Pick<AccountFacts, 'handle'>): string {
  const [user = '', host] = account.handle.split('@');
  return host === undefined ? `@${user}` : formatHandle({ user, host });
}

/** A supporter's server, by the name that they know it under. */
export function serverName(host: string): string {
  return host === BLUESKY_HOST ? 'Bluesky' : host;
}

/** The title cut into plain text and the handles in it, which the page sets in violet. */
export function titleParts(title: string): { text: string; handle: boolean }[] {
  return title
    .split(/((?<![\w@])@[\w.-]*\w(?:@[\w.-]*\w)?)/)
    .map((part, index) => ({ text: part, handle: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** What became of an account is told where its number was, and makes every forecast idle. */
function isWithoutCount({ accounts: { fediverse, x } }: CampaignFacts): boolean {
  return [fediverse, x].some((account) => account !== null && account.latest !== null && account.count === null);
}

function plain(html: string): { html: string; sooner: null } {
  return { html, sooner: null };
}

/** Where the forecast is this wide, a day would sound surer than it is: months are named. */
const MONTHS_FROM = 45 * DAY;

type Crossing = Extract<Forecast, { type: 'crosses' }>;
type When = { key: 'around' | 'between' | 'betweenMonths' | 'later' | 'laterMonth'; dates: Record<string, string> };

/** When it may be: which sentence says so, and its dates. */
function whenWords({ crossesOn, earliest, latest }: Crossing, facts: CampaignFacts, text: Translator): When {
  const { campaign, now } = facts;
  if (latest === null) {
    const far = crossesOn.getTime() - now.getTime() > MONTHS_FROM;
    const style = far ? 'monthYear' : dayStyle(crossesOn, now);
    return { key: far ? 'laterMonth' : 'later', dates: { at: text.date(crossesOn, style, campaign.timeZone) } };
  }
  if (latest.getTime() - earliest.getTime() > MONTHS_FROM) {
    const style = earliest.getUTCFullYear() === latest.getUTCFullYear() ? 'month' : 'monthYear';
    const from = text.date(earliest, style, campaign.timeZone);
    return { key: 'betweenMonths', dates: { from, to: text.date(latest, 'monthYear', campaign.timeZone) } };
  }
  const { from, to } = spanWords(earliest, latest, facts, text);
  return to === null ? { key: 'around', dates: { at: from } } : { key: 'between', dates: { from, to } };
}

/** That the deadline comes first, or may; nothing where it lies behind all that is foretold. */
function deadlineWords({ earliest, latest }: Crossing, { campaign, now }: CampaignFacts, text: Translator): string[] {
  const { deadline, timeZone } = campaign;
  if (deadline === null || (latest !== null && deadline >= latest)) return [];
  const at = text.date(deadline, dayStyle(deadline, now), timeZone);
  return [text.html(deadline < earliest ? 'campaign.forecast.deadlineFirst' : 'campaign.forecast.deadlineWithin', { at })];
}

/** “the 3 and the 5 September”: the month once when it is the same; one day when both are. */
function spanWords(from: Date, to: Date, { campaign, now }: CampaignFacts, text: Translator): { from: string; to: string | null } {
  const last = text.date(to, dayStyle(to, now), campaign.timeZone);
  if (text.date(from, 'dayYear', campaign.timeZone) === text.date(to, 'dayYear', campaign.timeZone)) {
    return { from: last, to: null };
  }
  const month = (at: Date): string => text.date(at, 'day', campaign.timeZone).split(/\s/).slice(1).join(' ');
  const sameYear = from.getUTCFullYear() === to.getUTCFullYear();
  const style: DateStyle = !sameYear ? 'dayYear' : month(from) === month(to) ? 'dayOnly' : 'day';
  return { from: text.date(from, style, campaign.timeZone), to: last };
}
