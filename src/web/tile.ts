import type { Dare } from '../domain/dare.ts';
import { gapBetween, remaining } from '../domain/gap.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { dayStyle } from './campaign-words.ts';

/** What a list of campaigns needs of each one. */
export type TileFacts = {
  readonly slug: string;
  readonly title: string;
  readonly language: Language;
  readonly state: 'live' | 'won' | 'ended' | 'closed';
  readonly institution: string;
  readonly dare: Dare;
  /** The last counts; null is not known, or no account. */
  readonly fediverse: { readonly name: string; readonly count: number | null } | null;
  readonly x: { readonly name: string; readonly count: number | null } | null;
  readonly pledges: number;
  readonly endedAt: Date | null;
  readonly timeZone: string;
};

/** For the partial `tile`. */
export type TileView = {
  readonly href: string;
  readonly title: string;
  readonly language: Language;
  readonly state: TileFacts['state'];
  readonly status: string;
  readonly institution: string;
  readonly left: TileNumber | null;
  readonly right: TileNumber | null;
  readonly bar: { readonly value: number; readonly max: number; readonly label: string } | null;
  readonly gap: string | null;
};

type TileNumber = { readonly figure: string; readonly name: string };

/** A campaign as a tile in a list. */
export function tileView(facts: TileFacts, now: Date, request: PageRequest): TileView {
  const { t, date } = translator(request.language);
  const at = facts.endedAt && date(facts.endedAt, dayStyle(facts.endedAt, now), facts.timeZone);
  const [left, right] = tileNumbers(facts, request.language);
  return {
    href: localUrl(`/c/${facts.slug}`, request),
    title: typographic(facts.title, facts.language),
    language: facts.language,
    state: facts.state,
    status: at === null ? t('tile.live') : t(`campaign.status.${facts.state}`, { at }),
    institution: facts.institution,
    left,
    right,
    bar: tileBar(facts, request.language),
    gap: tileGap(facts, request.language),
  };
}

function tileNumbers(facts: TileFacts, language: Language): [TileNumber | null, TileNumber | null] {
  const { t, number } = translator(language);
  const known = (side: TileFacts['x']): TileNumber | null =>
    side && side.count !== null ? { figure: number(side.count), name: side.name } : null;
  const { dare, pledges } = facts;
  if (dare.kind === 'reach') return [known(facts.fediverse), { figure: number(dare.target), name: t('campaign.match.target') }];
  if (dare.kind === 'overtake' || facts.fediverse) return [known(facts.fediverse), known(facts.x)];
  const promises = pledges > 0 ? { figure: number(pledges), name: t('campaign.match.pledges', { n: pledges }) } : null;
  return [promises, known(facts.x)];
}

function tileBar({ dare, fediverse, x }: TileFacts, language: Language): TileView['bar'] {
  const { t, number } = translator(language);
  const value = fediverse?.count ?? null;
  const max = dare.kind === 'reach' ? dare.target : dare.kind === 'overtake' ? (x?.count ?? null) : null;
  if (!fediverse || value === null || !max) return null;
  const other = dare.kind === 'reach' ? t('campaign.match.target') : (x?.name ?? '');
  const percent = number(Math.floor((value / max) * 100));
  return { value: Math.min(value, max), max, label: t('campaign.gap.bar', { fediverse: fediverse.name, other, percent }) };
}

function tileGap({ dare, fediverse, x }: TileFacts, language: Language): string | null {
  const { t } = translator(language);
  if (dare.kind === 'reach') {
    const missing = remaining(dare, { fediverse: fediverse?.count ?? null, x: null });
    return missing === null ? null : missing === 0 ? t('card.reached') : t('card.toTarget', { n: missing });
  }
  const gap = dare.kind === 'overtake' ? gapBetween(fediverse?.count ?? null, x?.count ?? null) : null;
  if (!gap) return null;
  if (gap.leader === 'tie') return t('card.tie');
  return t(gap.leader === 'fediverse' ? 'card.ahead' : 'card.behind', { n: Math.abs(gap.difference) });
}
