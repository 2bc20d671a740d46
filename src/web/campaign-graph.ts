import type { GraphFacts } from '../posts/graph-facts.ts';
import { drawGraph } from '../posts/graph.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import type { PageRequest } from '../platform/views.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { forecastWords, momentStyle, sideNames } from './campaign-words.ts';

/** The graph, what it foretells, and its numbers as a table. */
export type GraphView = {
  readonly title: string;
  readonly wide: string;
  readonly narrow: string;
  readonly forecast: { readonly html: string; readonly sooner: string | null } | null;
  readonly names: { readonly fediverse: string; readonly x: string };
  readonly hasFediverse: boolean;
  readonly hasX: boolean;
  readonly rows: readonly { at: Date; style: DateStyle; fediverse: string | null; x: string | null }[];
  /** How many rows are shown when there are more; null when all are. */
  readonly shownOnly: number | null;
};

const MOST_ROWS = 60;

/** What the graph of a campaign shows: the same facts for the page, the SVG and the PNG. */
export function graphFacts(facts: CampaignFacts, text: Translator): GraphFacts {
  const { campaign, series, milestones } = facts;
  const last = [series.fediverse.at(-1), series.x.at(-1)].flatMap((point) => (point ? [point.at.getTime()] : []));
  const over = campaign.state === 'ended' || campaign.state === 'closed';
  return {
    series: campaign.dare.kind === 'reach' ? { fediverse: series.fediverse, x: [] } : series,
    names: sideNames(facts),
    dare: campaign.dare,
    milestones: milestones.map(({ kind, at }) => ({ at, label: text.t(`milestones.${kind}`) })),
    crossing: milestones.find(({ kind }) => kind === 'crossed')?.at ?? null,
    asOf: last.length > 0 ? new Date(Math.max(...last)) : null,
    endedAt: over ? campaign.endedAt : null,
    timeZone: campaign.timeZone,
  };
}

/** The graph for wide and narrow pages, with the words and numbers around it. */
export function graphView(facts: CampaignFacts, request: PageRequest, text: Translator): GraphView {
  const drawn = graphFacts(facts, text);
  const look = { language: request.language, theme: 'page' } as const;
  const rows = tableRows(facts, text);
  return {
    title: graphTitle(facts, text),
    wide: drawGraph(drawn, { ...look, size: 'wide', id: 'graph-wide' }),
    narrow: drawGraph(drawn, { ...look, size: 'narrow', id: 'graph-narrow' }),
    forecast: forecastWords(facts, text),
    names: sideNames(facts),
    hasFediverse: facts.series.fediverse.length > 0,
    hasX: facts.series.x.length > 0,
    rows: rows.slice(0, MOST_ROWS),
    shownOnly: rows.length > MOST_ROWS ? MOST_ROWS : null,
  };
}

function graphTitle(facts: CampaignFacts, text: Translator): string {
  const { dare } = facts.campaign;
  const names = sideNames(facts);
  if (dare.kind === 'open') return text.t('campaign.graph.titleOpen', names);
  if (dare.kind === 'reach') return text.t('campaign.graph.titleReach', { ...names, target: dare.target });
  if (facts.gap?.leader === 'fediverse') return text.t('campaign.graph.titleWon', names);
  const closing = facts.campaign.state === 'live' && facts.forecast.type === 'crosses';
  return text.t(closing ? 'campaign.graph.title' : 'campaign.graph.titleEven', names);
}

/** One row per moment at which something was read, latest first; what was not read then is left blank. */
function tableRows({ series, now }: CampaignFacts, text: Translator): GraphView['rows'] {
  const times = new Set([...series.fediverse, ...series.x].map((point) => point.at.getTime()));
  const byTime = (points: readonly { at: Date; count: number }[]): Map<number, number> =>
    new Map(points.map((point) => [point.at.getTime(), point.count]));
  const [fediverse, x] = [byTime(series.fediverse), byTime(series.x)];
  const shown = (count: number | undefined): string | null => (count === undefined ? null : text.number(count));
  return [...times]
    .sort((a, b) => b - a)
    .slice(0, MOST_ROWS + 1)
    .map((time) => {
      const at = new Date(time);
      return { at, style: momentStyle(at, now), fediverse: shown(fediverse.get(time)), x: shown(x.get(time)) };
    });
}
