import { dayIn } from '../campaigns/local-day.ts';
import { occasionOf } from '../domain/publishing-rules.ts';
import { withoutSmall } from '../domain/small-counts.ts';
import { cardAlt } from '../posts/card.ts';
import { milestoneValue, milestoneWords } from '../posts/milestone-words.ts';
import { pictureFacts } from '../posts/picture-facts.ts';
import { translator, typographic, type Translator } from '../platform/text.ts';
import { localUrl, type PageModel, type PageRequest } from '../platform/views.ts';
import { PLEDGING_STATES } from '../domain/campaign-lifecycle.ts';
import { freshnessView, type FreshnessView } from './account-freshness.ts';
import type { AccountFacts, CampaignFacts, PageState } from './campaign-facts.ts';
import { graphView, type GraphView } from './campaign-graph.ts';
import { campaignHead } from './campaign-head.ts';
import { clockView, letterViews, type ClockView, type TimelineView } from './campaign-letter.ts';
import { matchView, type MatchView } from './campaign-match.ts';
import { noteViews, type NoteView } from './campaign-notes.ts';
import { numbersView, type NumbersView } from './campaign-numbers.ts';
import {
  dayStyle,
  momentStyle,
  serverName,
  shownHandle,
  sideNames,
  statusWords,
  titleParts,
} from './campaign-words.ts';
import { readingPath } from './campaign-reading.page.ts';
import { renderMarkdown } from './markdown.ts';
import { NO_ATTEMPT, pledgeForm, type PledgeAttempt, type PledgeFormView } from './pledge-form.ts';

/** The model of `views/campaign.hbs`. */
export type CampaignView = PageModel & {
  readonly slug: string;
  readonly state: PageState;
  readonly language: string;
  readonly timeZone: string;
  /** Where to ask for the news of each week; null where none are sent. */
  readonly digestUrl: string | null;
  readonly status: string;
  readonly title: readonly { text: string; handle: boolean }[];
  readonly quote: QuoteView | null;
  readonly match: MatchView;
  /** Where to tell a newer number on X, beside the score where that shows one; null where none is needed. */
  readonly tell: { readonly url: string; readonly besideScore: boolean } | null;
  readonly thanks: { readonly title: string; readonly what: string; readonly who: string | null; readonly telling: string | null; readonly next: string | null } | null;
  readonly over: string | null;
  readonly act: ActView;
  readonly graph: GraphView;
  readonly notes: readonly NoteView[];
  readonly numbers: NumbersView;
  readonly freshness: readonly FreshnessView[];
  readonly storyHtml: string;
  readonly win: { readonly what: string; readonly asked: string | null; readonly until: string } | null;
  /** Whether anyone may tell that the account is open. */
  readonly awaits: boolean;
  readonly pledges: PledgesView;
  /** How long the institution has been silent. */
  readonly clock: ClockView | null;
  /** Latest first. */
  readonly milestones: readonly TimelineView[];
  readonly share: { readonly text: string; readonly url: string } | null;
  readonly replyHtml: string | null;
  readonly institution: { readonly name: string; readonly website: string | null };
  /** For the script: where to ask for newer numbers; null when they will not change any more. */
  readonly liveUrl: string | null;
  readonly liveKey: string;
};

type ActView = {
  /** Null while nobody may pledge: in a preview, or once it is over. */
  readonly form: PledgeFormView | null;
  readonly button: string;
  readonly preview: boolean;
  /** The account's own address, to follow by hand. */
  readonly account: { readonly handle: string; readonly url: string } | null;
  readonly offerCopy: boolean;
};

type PledgesView = {
  /** Null while the number is too small to be shown big. */
  readonly big: string | null;
  readonly words: string;
  /** Who joins when enough others have promised; null for nobody, and once it is over. */
  readonly more: string | null;
  readonly detail: string | null;
  /** Who came today; null for nobody, and once it is over. */
  readonly today: string | null;
  readonly servers: readonly { host: string; count: number }[];
  /** Servers that are not named, if any are. */
  readonly others: string | null;
  readonly names: readonly string[];
};

/** With its marks, and who said it. */
export type QuoteView = { readonly text: string; readonly source: string | null };

export type MilestoneView = Pick<TimelineView, 'at' | 'style' | 'words' | 'value'>;

/** Below this, pledges are told in a sentence. */
const BIG_FROM = 10;

/** The page of a campaign, in any of its states; `attempt` is a pledge that did not go through. */
export function campaignPage(
  facts: CampaignFacts,
  request: PageRequest,
  attempt: PledgeAttempt = NO_ATTEMPT,
): CampaignView {
  const text = translator(request.language);
  const { campaign, accounts } = facts;
  return {
    head: campaignHead(facts, cardAlt(pictureFacts(facts, request)), request, text),
    slug: campaign.slug,
    state: campaign.state,
    language: campaign.language,
    timeZone: campaign.timeZone,
    digestUrl: null,
    status: statusWords(facts, text),
    title: titleParts(typographic(campaign.title, campaign.language)),
    quote: quoteView(facts),
    match: matchView(facts, text),
    tell: campaign.state === 'live' && accounts.x !== null ? { url: localUrl(readingPath(campaign.slug), request), besideScore: campaign.dare.kind === 'overtake' } : null,
    thanks: thanksView(facts, text),
    over: campaign.state === 'ended' || campaign.state === 'closed' ? text.t(`campaign.over.${campaign.state}`) : null,
    act: actView(facts, request, attempt, text),
    graph: graphView(facts, request, text),
    notes: noteViews(facts, text),
    numbers: numbersView(facts, text),
    freshness: [accounts.fediverse, accounts.x].flatMap((account) => (account ? [freshnessView(account, facts, text)] : [])),
    storyHtml: renderMarkdown(typographic(campaign.story, campaign.language)),
    win: winView(facts, text),
    awaits: campaign.dare.kind === 'open' && campaign.state !== 'preview' && PLEDGING_STATES.includes(campaign.state) && accounts.fediverse === null,
    pledges: pledgesView(facts, text),
    clock: clockView(facts, text),
    milestones: timelineView(facts, text),
    share: facts.shareText === null || campaign.state === 'preview' ? null : { text: facts.shareText, url: localUrl(`/c/${campaign.slug}/share`, request) },
    replyHtml: campaign.institutionReply && renderMarkdown(campaign.institutionReply),
    institution: facts.institution,
    liveUrl: campaign.state === 'live' ? `/api/v1/campaigns/${campaign.slug}` : null,
    liveKey: [accountKey(accounts.fediverse), accountKey(accounts.x), pledgesKey(facts.pledges)].join(' '),
  };
}

/** As the script makes it of what the API tells. */
function accountKey(account: AccountFacts | null): string {
  return account === null ? '' : `${account.latest?.count ?? ''} ${account.state}`;
}

/** As the script makes it, too. */
function pledgesKey({ total, verified, kept, nextRelease }: CampaignFacts['pledges']): string {
  return `${total} ${verified} ${kept} ${nextRelease?.at ?? ''} ${nextRelease?.people ?? ''}`;
}

export function quoteView({ campaign }: CampaignFacts): QuoteView | null {
  if (campaign.quote === null) return null;
  const bare = campaign.quote.trim().replace(/^[«"“]\s*|\s*[»"”]$/g, '');
  const marks = campaign.language === 'fr' ? `« ${bare} »` : `“${bare}”`;
  return { text: typographic(marks, campaign.language), source: campaign.quoteSource };
}

function thanksView(facts: CampaignFacts, text: Translator): CampaignView['thanks'] {
  const { campaign, pledges, now } = facts;
  if (campaign.state !== 'won' && campaign.state !== 'agreed') return null;
  const isAgreed = campaign.state === 'agreed';
  const endedAt = campaign.endedAt ?? now;
  const at = text.date(endedAt, dayStyle(endedAt, now), campaign.timeZone);
  return {
    title: text.t(isAgreed ? 'campaign.thanks.agreedTitle' : 'campaign.thanks.title'),
    what: text.t(`campaign.thanks.${isAgreed ? 'agreed' : campaign.dare.kind}`, { ...sideNames(facts), at, institution: facts.institution.name }),
    who: pledges.total > 0 ? text.t('campaign.thanks.pledges', { n: pledges.total }) : null,
    telling: isTelling(pledges.wave) ? text.t('campaign.thanks.telling') : null,
    next: facts.accounts.fediverse ? text.t('campaign.thanks.next') : null,
  };
}

function isTelling(wave: CampaignFacts['pledges']['wave']): boolean {
  return wave !== null && wave.told < wave.asked && (wave.state === 'ready' || wave.state === 'running');
}

function actView(facts: CampaignFacts, request: PageRequest, attempt: PledgeAttempt, text: Translator): ActView {
  const { campaign, accounts } = facts;
  const account = accounts.fediverse && { handle: shownHandle(accounts.fediverse), url: accounts.fediverse.url };
  const pledging = campaign.state !== 'preview' && PLEDGING_STATES.includes(campaign.state);
  const isOver = campaign.state !== 'live' && campaign.state !== 'preview' && account !== null;
  const button = isOver ? 'buttonWon' : campaign.dare.kind === 'open' ? 'buttonOpen' : 'button';
  return {
    form: pledging ? pledgeForm(campaign.slug, attempt, request, text) : null,
    button: text.t(`campaign.pledge.${button}`, { handle: account?.handle.replace(/(.)@.*/, '$1') ?? '' }),
    preview: campaign.state === 'preview',
    account,
    offerCopy: attempt.problems.some(({ type }) => type === 'no-such-account' || type === 'finished'),
  };
}

function winView(facts: CampaignFacts, text: Translator): CampaignView['win'] {
  const { campaign, now } = facts;
  if (campaign.state !== 'live' && campaign.state !== 'preview') return null;
  const { deadline, dare, timeZone } = campaign;
  return {
    what: text.t(`campaign.win.${dare.kind}`, sideNames(facts)),
    asked: facts.pledges.wave === null ? null : askedWords(facts.pledges.wave.asked, text),
    until: deadline
      ? text.t('campaign.win.deadline', { at: text.date(deadline, dayStyle(deadline, now), timeZone) })
      : text.t('campaign.win.forever'),
  };
}

/** Few people are no number. */
function askedWords(asked: number, text: Translator): string | null {
  const [shown] = withoutSmall([asked]);
  return typeof shown === 'number' && shown > 0 ? text.t('campaign.win.asked', { n: shown }) : null;
}

function pledgesView({ pledges, campaign }: CampaignFacts, text: Translator): PledgesView {
  const { total, verified, kept, serverCount, nextRelease, names, today } = pledges;
  const big = total >= BIG_FROM ? text.number(total) : null;
  const first = campaign.state === 'preview' || PLEDGING_STATES.includes(campaign.state) ? 'first' : 'firstOver';
  const servers = big === null ? [] : pledges.servers.map(({ host, count }) => ({ host: serverName(host), count }));
  const key = total === 0 ? first : big === null ? 'few' : 'count';
  return {
    big,
    words: text.t(`campaign.pledges.${key}`, { n: total }),
    more: nextRelease !== null && campaign.state !== 'preview' && PLEDGING_STATES.includes(campaign.state) ? text.t('campaign.pledges.more', { ...nextRelease }) : null,
    detail: total === 0 ? null : text.t('campaign.pledges.kept', { verified, kept, servers: serverCount }),
    today: today > 0 && first === 'first' ? text.t('campaign.pledges.today', { n: today }) : null,
    servers,
    others: servers.length > 0 && serverCount > servers.length ? text.t('campaign.pledges.others', { n: serverCount - servers.length }) : null,
    names: names.map((handle) => shownHandle({ handle })),
  };
}

export function milestoneView(
  milestone: CampaignFacts['milestones'][number],
  { campaign, now }: CampaignFacts,
  text: Translator,
): MilestoneView {
  return {
    at: milestone.at,
    style: momentStyle(milestone.at, now),
    words: milestoneWords(campaign.dare, milestone.kind, text),
    value: milestoneValue(campaign.dare, milestone, text),
  };
}

/** What the numbers tell and what became of the letter, latest first. Posts of milestones lead to them by their occasion. */
function timelineView(facts: CampaignFacts, text: Translator): TimelineView[] {
  const dayOf = dayIn(facts.campaign.timeZone);
  const ofNumbers = facts.milestones.map((milestone) => ({ id: occasionOf(milestone, dayOf), ...milestoneView(milestone, facts, text), told: null, hasReply: false }));
  const views = [...ofNumbers, ...letterViews(facts, text)].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return views.map((view, index) => ({ ...view, id: views.findIndex(({ id }) => id === view.id) === index ? view.id : null })).toReversed();
}
