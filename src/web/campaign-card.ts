import { remaining } from '../domain/gap.ts';
import { translator } from '../platform/text.ts';
import type { PageRequest } from '../platform/views.ts';
import type { CardFacts, CardSide } from '../posts/card.ts';
import { shortAccountWords } from './account-words.ts';
import type { AccountFacts, CampaignFacts } from './campaign-facts.ts';
import { sideNames } from './campaign-words.ts';

/** The facts of a campaign's card picture. */
export function cardFacts(facts: CampaignFacts, request: Pick<PageRequest, 'language' | 'publicUrl'>): CardFacts {
  const { campaign } = facts;
  const [left, right] = cardSides(facts, request.language);
  const latest = [facts.accounts.fediverse?.latest?.at, facts.accounts.x?.latest?.at].filter((at) => at !== undefined);
  return {
    language: request.language,
    title: campaign.title,
    titleLanguage: campaign.language,
    state: campaign.state,
    left,
    right,
    gap: gapWords(facts, request.language),
    asOf: latest.length > 0 ? new Date(Math.max(...latest.map((at) => at.getTime()))) : null,
    timeZone: campaign.timeZone,
    series: facts.series.fediverse,
    url: `${request.publicUrl}/c/${campaign.slug}`,
  };
}

function cardSides(facts: CampaignFacts, language: CardFacts['language']): [CardSide, CardSide | null] {
  const text = translator(language);
  const { t } = text;
  const { dare } = facts.campaign;
  const names = sideNames(facts);
  const { fediverse, x } = facts.accounts;
  const side = (name: string, account: AccountFacts | null): CardSide => ({
    name,
    count: account?.count ?? null,
    note: account && account.count === null ? shortAccountWords(account, facts, text) : null,
  });
  const own = side(names.fediverse, fediverse);
  const rival = x && side(names.x, x);
  if (dare.kind === 'reach') return [own, { name: t('campaign.match.target'), count: dare.target, note: null }];
  if (dare.kind === 'overtake' || fediverse) return [own, rival];
  const { total } = facts.pledges;
  return total > 0
    ? [{ name: t('campaign.match.pledges', { n: total }), count: total, note: null }, rival]
    : [{ name: t('campaign.match.noAccount'), count: null, note: null }, rival];
}

function gapWords({ campaign, gap, accounts }: CampaignFacts, language: CardFacts['language']): string | null {
  const { t } = translator(language);
  if (campaign.dare.kind === 'reach') {
    const missing = remaining(campaign.dare, { fediverse: accounts.fediverse?.count ?? null, x: null });
    return missing === null ? null : missing === 0 ? t('card.reached') : t('card.toTarget', { n: missing });
  }
  if (campaign.dare.kind === 'open' || !gap) return null;
  if (gap.leader === 'tie') return t('card.tie');
  return t(gap.leader === 'fediverse' ? 'card.ahead' : 'card.behind', { n: Math.abs(gap.difference) });
}
