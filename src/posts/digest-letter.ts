import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Standing } from '../campaigns/campaign-standing.query.ts';
import { currentCount } from '../campaigns/current-count.ts';
import type { TimelineEntry } from '../campaigns/timelines.query.ts';
import type { Dare } from '../domain/dare.ts';
import { network } from '../networks/networks.ts';
import { translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { milestoneValue, milestoneWords } from './milestone-words.ts';
import { gapWords } from './picture-facts.ts';

/** The paragraphs of a week's news since a moment: where the campaign stands, how that changed, and what happened. */
export function digestParagraphs(campaign: Campaign, standing: Standing, happenings: readonly TimelineEntry[], since: Date, language: Language): string[] {
  const { t, signed } = translator(language);
  const sides = (['fediverse', 'x'] as const).flatMap((side) => {
    const account = campaign[`${side}Account`];
    const count = currentCount(campaign, account, standing.latest[side]);
    if (account === null || count === null) return [];
    const before = standing.series[side].findLast(({ at }) => at <= since)?.count;
    const values = { name: network(account.network).name, count };
    return [before === undefined ? t('mail.digest_side', values) : t('mail.digest_side_change', { ...values, change: signed(count - before) })];
  });
  const { dare, fediverseAccount } = campaign;
  const fediverse = { count: currentCount(campaign, fediverseAccount, standing.latest.fediverse) };
  const gap = gapWords({ campaign: { dare }, gap: standing.gap, accounts: { fediverse } }, { t });
  const happened = happenings.filter((each) => each.since > since).map((each) => happeningWords(dare, each, { t }));
  return [
    typographic(campaign.title, campaign.language),
    [...sides, ...(gap === null ? [] : [gap])].join('\n'),
    happened.length === 0 ? t('mail.digest_quiet') : [t('mail.digest_happened'), ...happened].join('\n'),
    ...(campaign.state === 'live' ? [] : [t(campaign.state === 'agreed' ? 'mail.digest_last_agreed' : 'mail.digest_last')]),
  ].filter((paragraph) => paragraph !== '');
}

function happeningWords(dare: Dare, { kind, at, value }: TimelineEntry, text: Pick<Translator, 't'>): string {
  const number = value === null ? null : milestoneValue(dare, { kind, at, value }, text);
  return [milestoneWords(dare, kind, text), ...(number === null ? [] : [number])].join(' · ');
}
