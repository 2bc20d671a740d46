import type { PublicState } from '../domain/campaign-lifecycle.ts';
import type { Dare } from '../domain/dare.ts';
import { gapBetween, remaining } from '../domain/gap.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { shortAccountWords } from './account-words.ts';
import type { AccountFacts } from './campaign-facts.ts';
import { dayStyle } from './campaign-words.ts';

/** What a list of campaigns needs of each one. */
export type TileFacts = {
  readonly slug: string;
  readonly title: string;
  readonly language: Language;
  readonly state: PublicState;
  readonly institution: string;
  readonly dare: Dare;
  /** Null: no account. */
  readonly fediverse: AccountFacts | null;
  readonly x: AccountFacts | null;
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

/** `figure` is `?` where the number is not known, and `note` says why, or what became of the account. */
type TileNumber = { readonly figure: string; readonly name: string; readonly note: string | null };

/** A campaign as a tile in a list. */
export function tileView(facts: TileFacts, now: Date, request: PageRequest): TileView {
  const { t, date } = translator(request.language);
  const at = facts.endedAt && date(facts.endedAt, dayStyle(facts.endedAt, now), facts.timeZone);
  const [left, right] = tileNumbers(facts, now, request.language);
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

function tileNumbers(facts: TileFacts, now: Date, language: Language): [TileNumber | null, TileNumber | null] {
  const text = translator(language);
  const { t, number } = text;
  const side = (account: AccountFacts | null): TileNumber | null =>
    account && {
      figure: account.count === null ? '?' : number(account.count),
      name: account.networkName,
      note: shortAccountWords(account, { campaign: facts, now }, text),
    };
  const plain = (count: number, name: string): TileNumber => ({ figure: number(count), name, note: null });
  const { dare, pledges } = facts;
  if (dare.kind === 'reach') return [side(facts.fediverse), plain(dare.target, t('card.target'))];
  if (dare.kind === 'overtake' || facts.fediverse) return [side(facts.fediverse), side(facts.x)];
  return [pledges > 0 ? plain(pledges, t('card.pledges', { n: pledges })) : null, side(facts.x)];
}

function tileBar({ dare, fediverse, x }: TileFacts, language: Language): TileView['bar'] {
  const { t, number } = translator(language);
  const value = fediverse?.count ?? null;
  const max = dare.kind === 'reach' ? dare.target : dare.kind === 'overtake' ? (x?.count ?? null) : null;
  if (!fediverse || value === null || !max) return null;
  const other = dare.kind === 'reach' ? t('card.target') : (x?.networkName ?? '');
  const percent = number(Math.floor((value / max) * 100));
  return { value: Math.min(value, max), max, label: t('campaign.gap.bar', { fediverse: fediverse.networkName, other, percent }) };
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
