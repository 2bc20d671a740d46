import { lastDay, remaining } from '../domain/gap.ts';
import { hasNoCount } from '../institutions/present-account.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import { accountNotes, type AccountNote } from './account-words.ts';
import type { AccountFacts, CampaignFacts } from './campaign-facts.ts';
import { dareWords, shownHandle, sideNames, sourceWords, zonedStyle } from './campaign-words.ts';

/** One side of the score. */
type MatchSide = {
  readonly key: 'fediverse' | 'x' | 'target' | 'pledges';
  /** Written with the separators of the language; null when it is not known. */
  readonly number: string | null;
  /** What stands in place of an unknown number. */
  readonly instead: string;
  readonly where: string;
  readonly handle: { readonly text: string; readonly url: string } | null;
  readonly leading: boolean;
};

/** The score: two numbers face to face, what lies between them, and how we know. */
export type MatchView = {
  readonly title: string;
  /** Characters of the longer number, so that both fit side by side on a phone. */
  readonly length: number;
  readonly left: MatchSide;
  readonly right: MatchSide | null;
  readonly bar: { readonly value: number; readonly max: number; readonly label: string } | null;
  readonly gapHtml: string | null;
  readonly paceHtml: string | null;
  readonly readings: readonly { name: string; at: Date; style: DateStyle; source: string }[];
  /** What became of the accounts, whole sentences. */
  readonly notes: readonly AccountNote[];
};

/** The score of a campaign, whatever its dare and however little is known. */
export function matchView(facts: CampaignFacts, text: Translator): MatchView {
  const [left, right] = sides(facts, text);
  return {
    title: dareWords({ ...facts, dare: facts.campaign.dare }, text),
    length: Math.max(left.number?.length ?? 1, right?.number?.length ?? 1),
    left,
    right,
    bar: bar(facts, text),
    gapHtml: gapHtml(facts, text),
    paceHtml: paceHtml(facts, text),
    readings: readings(facts, text),
    notes: notes(facts, text),
  };
}

function sides(facts: CampaignFacts, text: Translator): [MatchSide, MatchSide | null] {
  const { dare } = facts.campaign;
  const { fediverse, x } = facts.accounts;
  const names = sideNames(facts);
  const leader = facts.gap?.leader;
  const rival = x ? accountSide('x', x, names.x, leader === 'x', text) : null;
  if (dare.kind === 'open' && !fediverse) return [pledgesSide(facts, text), rival];
  const own = fediverse
    ? accountSide('fediverse', fediverse, names.fediverse, dare.kind === 'overtake' && leader === 'fediverse', text)
    : missingSide(names.fediverse, text);
  return [own, dare.kind === 'reach' ? targetSide(dare.target, text) : rival];
}

function accountSide(
  key: 'fediverse' | 'x',
  account: AccountFacts,
  name: string,
  leading: boolean,
  text: Translator,
): MatchSide {
  return {
    key,
    number: account.count === null ? null : text.number(account.count),
    instead: text.t(`account-states.${hasNoCount(account.state) ? account.state : 'unread'}`),
    where: text.t('campaign.match.on', { network: name }),
    handle: { text: shownHandle(account), url: account.url },
    leading,
  };
}

function missingSide(name: string, text: Translator): MatchSide {
  const where = text.t('campaign.match.on', { network: name });
  return { key: 'fediverse', number: null, instead: text.t('card.noAccount'), where, handle: null, leading: false };
}

function targetSide(target: number, text: Translator): MatchSide {
  const where = text.t('card.target');
  return { key: 'target', number: text.number(target), instead: '', where, handle: null, leading: false };
}

/** With no account to count yet, the promises stand in, under their own name; none is not a big 0. */
function pledgesSide({ pledges }: CampaignFacts, text: Translator): MatchSide {
  return {
    key: 'pledges',
    number: pledges.total > 0 ? text.number(pledges.total) : null,
    instead: text.t('card.noAccount'),
    where: text.t(pledges.total > 0 ? 'card.pledges' : 'campaign.match.fediverse', { n: pledges.total }),
    handle: null,
    leading: false,
  };
}

/** How far the fediverse is on its way to the other number. */
function bar(facts: CampaignFacts, text: Translator): MatchView['bar'] {
  const { dare } = facts.campaign;
  const value = (facts.accounts.fediverse?.count ?? null);
  const max = dare.kind === 'reach' ? dare.target : dare.kind === 'overtake' ? (facts.accounts.x?.count ?? null) : null;
  if (value === null || !max) return null;
  const names = sideNames(facts);
  const other = dare.kind === 'reach' ? text.t('card.target') : names.x;
  const percent = text.number(Math.floor((value / max) * 100));
  return {
    value: Math.min(value, max),
    max,
    label: text.t('campaign.gap.bar', { fediverse: names.fediverse, other, percent }),
  };
}

function gapHtml(facts: CampaignFacts, text: Translator): string | null {
  const { dare } = facts.campaign;
  if (dare.kind === 'reach') {
    const missing = remaining(dare, { fediverse: (facts.accounts.fediverse?.count ?? null), x: null });
    if (missing === null) return null;
    if (missing === 0) return text.html('campaign.gap.reached_html');
    return text.html('campaign.gap.toTarget_html', { n: text.number(missing), count: missing });
  }
  if (dare.kind === 'open' || !facts.gap) return null;
  const distance = Math.abs(facts.gap.difference);
  if (distance === 0) return text.html('campaign.gap.tie_html');
  const key = facts.gap.leader === 'fediverse' ? 'ahead' : 'behind';
  return text.html(`campaign.gap.${key}_html`, { n: text.number(distance), count: distance });
}

function paceHtml({ campaign, series }: CampaignFacts, text: Translator): string | null {
  const pace = campaign.state === 'live' ? lastDay(campaign.dare, series) : null;
  if (pace === null) return null;
  const { perDay, closes } = pace;
  return closes ? text.html('campaign.pace.closing_html', { n: text.number(perDay) }) : text.html('campaign.pace.growing_html', { n: text.signed(perDay) });
}

function readings(facts: CampaignFacts, text: Translator): MatchView['readings'] {
  return shownAccounts(facts).flatMap((account) => {
    if (account.latest === null || account.count === null) return [];
    const { at, source } = account.latest;
    return [{ name: account.networkName, at, style: zonedStyle(at, facts.now), source: sourceWords(account, source, text) }];
  });
}

function notes(facts: CampaignFacts, text: Translator): AccountNote[] {
  return shownAccounts(facts).flatMap((account) => accountNotes(account, facts, text));
}

/** Those of the score: who dares to reach a number is not measured against another account. */
function shownAccounts({ accounts: { fediverse, x }, campaign: { dare } }: CampaignFacts): AccountFacts[] {
  return [fediverse, dare.kind === 'reach' ? null : x].filter((account) => account !== null);
}
