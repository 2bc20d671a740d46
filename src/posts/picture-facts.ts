import { startOfDay } from '../campaigns/local-day.ts';
import type { PublicState } from '../domain/campaign-lifecycle.ts';
import type { Dare } from '../domain/dare.ts';
import { DAY } from '../domain/durations.ts';
import { lastDay, remaining, type Gap, type Point } from '../domain/gap.ts';
import type { Milestone } from '../domain/milestones.ts';
import type { AccountState } from '../institutions/account.entity.ts';
import { hasNoCount, toldState } from '../institutions/present-account.ts';
import { translator, type Language, type PostLanguage, type Translator } from '../platform/text.ts';
import type { GraphFacts } from './graph-facts.ts';

/** What a campaign's pictures show, in one language. */
export type PictureFacts = {
  readonly language: PostLanguage;
  /** The dare as a sentence, and the language that it is in. */
  readonly title: string;
  readonly titleLanguage: Language;
  readonly state: PictureState;
  readonly left: PictureSide;
  readonly right: PictureSide | null;
  /** What lies between them, in words: “750 followers behind”. */
  readonly gap: string | null;
  /** What the last day brought, in words: “closing by 730 a day”; null: nothing. */
  readonly pace: string | null;
  /** When the numbers were read; null when nothing was. */
  readonly asOf: Date | null;
  readonly timeZone: string;
  readonly graph: GraphFacts;
  /** Null: there is no deadline to run for. */
  readonly countdown: { readonly days: number; readonly deadline: Date } | null;
  /** When the dare was won; null: it is not. */
  readonly wonAt: Date | null;
  /** Shown without its `https://`. */
  readonly url: string;
};

export type PictureState = PublicState | 'preview';

/** A name and a number; null is unknown and shown as such, with a few words that say why. */
export type PictureSide = { readonly name: string; readonly count: number | null; readonly note: string | null };

/** What pictures are made from. */
export type PictureSource = {
  readonly campaign: {
    readonly slug: string;
    readonly title: string;
    readonly language: Language;
    readonly state: PictureState;
    readonly dare: Dare;
    readonly deadline: Date | null;
    /** IANA name. */
    readonly timeZone: string;
    readonly endedAt: Date | null;
  };
  readonly accounts: { readonly fediverse: SourceAccount | null; readonly x: SourceAccount | null };
  readonly series: { readonly fediverse: readonly Point[]; readonly x: readonly Point[] };
  readonly gap: Gap | null;
  readonly milestones: readonly Milestone[];
  readonly pledges: { readonly total: number };
  readonly now: Date;
};

type SourceAccount = {
  readonly network: string;
  readonly networkName: string;
  readonly state: AccountState;
  /** The one of the score; null is not known. */
  readonly count: number | null;
  readonly latest: { readonly at: Date } | null;
};

/** The facts of a campaign's pictures; `publicUrl` is the origin of the site. */
export function pictureFacts(source: PictureSource, { language, publicUrl }: { language: PostLanguage; publicUrl: string }): PictureFacts {
  const { campaign, accounts } = source;
  const text = translator(language);
  const [left, right] = sides(source, text);
  const latest = [accounts.fediverse?.latest?.at, accounts.x?.latest?.at].filter((at) => at !== undefined);
  const graph = graphFactsOf(source, text);
  return {
    language,
    title: campaign.title,
    titleLanguage: campaign.language,
    state: campaign.state,
    left,
    right,
    gap: gapWords(source, text),
    pace: paceWords(source, text),
    asOf: latest.length > 0 ? new Date(Math.max(...latest.map((at) => at.getTime()))) : null,
    timeZone: campaign.timeZone,
    graph,
    countdown: countdown(source),
    wonAt: campaign.state === 'won' ? (graph.crossing ?? campaign.endedAt) : null,
    url: `${publicUrl}/c/${campaign.slug}`,
  };
}

/** What a campaign's graph shows, without notes to its readings. */
export function graphFactsOf({ campaign, accounts, series, milestones }: PictureSource, text: Translator<PostLanguage>): GraphFacts {
  const last = [series.fediverse.at(-1), series.x.at(-1)].flatMap((point) => (point ? [point.at.getTime()] : []));
  const over = campaign.state === 'agreed' || campaign.state === 'ended' || campaign.state === 'closed';
  return {
    series: campaign.dare.kind === 'reach' ? { fediverse: series.fediverse, x: [] } : series,
    names: namesOf(accounts),
    dare: campaign.dare,
    milestones: milestones.map(({ kind, at }) => ({ at, label: text.t(`milestones.${kind}`) })),
    notes: [],
    crossing: milestones.find(({ kind }) => kind === 'crossed')?.at ?? null,
    asOf: last.length > 0 ? new Date(Math.max(...last)) : null,
    endedAt: over ? campaign.endedAt : null,
    isPart: false,
    timeZone: campaign.timeZone,
  };
}

function namesOf({ fediverse, x }: PictureSource['accounts']): { fediverse: string; x: string } {
  return { fediverse: fediverse?.networkName ?? 'Mastodon', x: x?.networkName ?? 'X' };
}

function sides({ campaign: { dare }, accounts, pledges }: PictureSource, text: Translator<PostLanguage>): [PictureSide, PictureSide | null] {
  const names = namesOf(accounts);
  const own = sideOf(names.fediverse, accounts.fediverse, text);
  const rival = accounts.x && sideOf(names.x, accounts.x, text);
  if (dare.kind === 'reach') return [own, { name: text.t('card.target'), count: dare.target, note: null }];
  if (dare.kind === 'overtake' || accounts.fediverse) return [own, rival];
  const { total } = pledges;
  return total > 0
    ? [{ name: text.t('card.pledges', { n: total }), count: total, note: null }, rival]
    : [{ name: text.t('card.noAccount'), count: null, note: null }, rival];
}

function sideOf(name: string, account: SourceAccount | null, text: Translator<PostLanguage>): PictureSide {
  if (account === null || account.count !== null) return { name, count: account?.count ?? null, note: null };
  const { network, state } = account;
  const why = hasNoCount(state) || state === 'opted-out' ? toldState(network, state) : 'unread';
  return { name, count: null, note: text.t(`account-states.${why}`) };
}

/** What lies between the two sides, in words; null: there is nothing to tell. */
export function gapWords(
  { campaign: { dare }, gap, accounts }: { campaign: { dare: Dare }; gap: Gap | null; accounts: { fediverse: { count: number | null } | null } },
  { t }: Pick<Translator<PostLanguage>, 't'>,
): string | null {
  if (dare.kind === 'reach') {
    const missing = remaining(dare, { fediverse: accounts.fediverse?.count ?? null, x: null });
    return missing === null ? null : missing === 0 ? t('card.reached') : t('card.toTarget', { n: missing });
  }
  if (dare.kind === 'open' || !gap) return null;
  if (gap.leader === 'tie') return t('card.tie');
  return t(gap.leader === 'fediverse' ? 'card.ahead' : 'card.behind', { n: Math.abs(gap.difference) });
}

/** Told only while it leads somewhere: of a number that nobody can see, nothing is. */
function paceWords({ campaign: { state, dare }, accounts, series, gap }: PictureSource, { t }: Translator<PostLanguage>): string | null {
  const isKnown = accounts.fediverse !== null && accounts.fediverse.count !== null && (dare.kind !== 'overtake' || gap !== null);
  const pace = state === 'live' && isKnown ? lastDay(dare, series) : null;
  if (pace === null) return null;
  if (gap?.leader === 'fediverse' && pace.closes) return t('card.pulling', { n: pace.perDay });
  return t(pace.closes ? 'card.closing' : 'card.growing', { n: pace.perDay });
}

/** Days by the calendar of the campaign: none on the last one. */
function countdown({ campaign: { state, deadline, timeZone }, now }: PictureSource): PictureFacts['countdown'] {
  if (state !== 'live' || deadline === null || deadline < now) return null;
  const [today, last] = [now, deadline].map((moment) => startOfDay(timeZone, moment).getTime());
  // A day may last 23 or 25 hours.
  return { days: Math.round(((last ?? 0) - (today ?? 0)) / DAY), deadline };
}
