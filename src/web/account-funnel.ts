import { stringify } from 'csv-stringify/sync';
import { FEW, type SafeCount } from '../domain/small-counts.ts';
import type { Translator } from '../platform/text.ts';
import { FUNNEL_STEPS, type Funnel, type FunnelCounts } from '../pledges/pledge-funnel.query.ts';

/** For the partial `funnel`. */
export type FunnelView = {
  readonly steps: readonly { readonly label: string; readonly number: string; readonly value: number; readonly max: number }[];
  /** People who wait for others; null for nobody. */
  readonly waiting: string | null;
  readonly columns: readonly string[];
  readonly days: readonly FunnelRow[];
  readonly proofs: readonly FunnelRow[];
  /** Days that are in the file alone; null for none. */
  readonly more: string | null;
  readonly csvUrl: string;
};

type FunnelRow = { readonly name: string; readonly cells: readonly string[] };

const SHOWN_DAYS = 14;

/** The way from promises to follows that last, as bars and tables; null before anybody promised. */
export function funnelView(funnel: Funnel, csvUrl: string, text: Translator): FunnelView | null {
  if (funnel.all.pledged + funnel.waiting === 0) return null;
  const max = Math.max(1, funnel.all.pledged);
  const row = (name: string, counts: FunnelCounts): FunnelRow => ({
    name,
    cells: FUNNEL_STEPS.map((step) => countWords(counts[step], text)),
  });
  const hidden = funnel.days.length - SHOWN_DAYS;
  return {
    steps: FUNNEL_STEPS.map((step) => ({
      label: text.t(`account.funnel.${step}`),
      number: text.number(funnel.all[step]),
      value: funnel.all[step],
      max,
    })),
    waiting: funnel.waiting > 0 ? text.t('account.funnel.waiting', { n: funnel.waiting }) : null,
    columns: FUNNEL_STEPS.map((step) => text.t(`account.funnel.${step}`)),
    days: funnel.days.slice(0, SHOWN_DAYS).map(({ day, counts }) => row(text.date(new Date(`${day}T12:00:00Z`), 'dayYear', 'UTC'), counts)),
    proofs: funnel.proofs.map(({ proof, counts }) => row(text.t(`account.funnel.proof.${proof}`), counts)),
    more: hidden > 0 ? text.t('account.funnel.more', { n: hidden }) : null,
    csvUrl,
  };
}

function countWords(count: SafeCount, text: Translator): string {
  return typeof count === 'number' ? text.number(count) : text.t(`account.funnel.${count}`, { n: FEW });
}

/** The same for a spreadsheet; `<5` where people could be told apart, `hidden` what would tell how many they are. */
export function funnelCsv({ all, days, proofs }: Funnel): string {
  const row = (kind: string, name: string, counts: FunnelCounts): string[] => [
    kind,
    name,
    ...FUNNEL_STEPS.map((step) => (counts[step] === 'few' ? `<${FEW}` : String(counts[step]))),
  ];
  return stringify([
    ['by', 'which', ...FUNNEL_STEPS],
    row('all', '', all),
    ...days.map(({ day, counts }) => row('day', day, counts)),
    ...proofs.map(({ proof, counts }) => row('proof', proof, counts)),
  ]);
}
