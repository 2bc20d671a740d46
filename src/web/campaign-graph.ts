import type { GraphFacts } from '../posts/graph-facts.ts';
import { drawGraph } from '../posts/graph.ts';
import { graphFactsOf } from '../posts/picture-facts.ts';
import type { Translator } from '../platform/text.ts';
import type { PageRequest } from '../platform/views.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { noteViews } from './campaign-notes.ts';
import { forecastWords, sideNames } from './campaign-words.ts';

/** The graph, and what it foretells. */
export type GraphView = {
  readonly title: string;
  readonly wide: string;
  readonly narrow: string;
  readonly forecast: { readonly html: string; readonly sooner: string | null } | null;
};

/** What the graph of a campaign shows: the same facts for the page, the SVG and the PNG. */
export function graphFacts(facts: CampaignFacts, text: Translator): GraphFacts {
  const notes = noteViews(facts, text)
    .filter(({ side }) => facts.campaign.dare.kind !== 'reach' || side === 'fediverse')
    .map(({ at, count, text: words }) => ({ at, count, text: words }));
  return { ...graphFactsOf(facts, text), notes };
}

/** The graph for wide and narrow pages, with the words around it. */
export function graphView(facts: CampaignFacts, request: PageRequest, text: Translator): GraphView {
  const drawn = graphFacts(facts, text);
  const look = { language: request.language, theme: 'page' } as const;
  return {
    title: graphTitle(facts, text),
    wide: drawGraph(drawn, { ...look, size: 'wide', id: 'graph-wide' }),
    narrow: drawGraph(drawn, { ...look, size: 'narrow', id: 'graph-narrow' }),
    forecast: forecastWords(facts, text),
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
