import { drawGraph } from '../posts/graph.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { CampaignFacts, PageState } from './campaign-facts.ts';
import { graphFacts } from './campaign-graph.ts';
import { matchView, type MatchView } from './campaign-match.ts';
import { statusWords } from './campaign-words.ts';

/** The model of `views/embed.hbs`, rendered in the layout `bare`. */
export type EmbedView = PageModel & {
  readonly href: string;
  readonly state: PageState;
  readonly status: string;
  readonly title: string;
  readonly language: Language;
  readonly timeZone: string;
  readonly match: MatchView;
  readonly wide: string;
  readonly narrow: string;
};

/** A campaign as other sites frame it: the score and the graph, without any script. */
export function embedPage(facts: CampaignFacts, request: PageRequest): EmbedView {
  const text = translator(request.language);
  const { campaign } = facts;
  const drawn = graphFacts(facts, text);
  const look = { language: request.language, theme: 'page' } as const;
  return {
    head: pageHead({ title: campaign.title }),
    href: request.publicUrl + localUrl(`/c/${campaign.slug}`, request),
    state: campaign.state,
    status: statusWords(facts, text),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    timeZone: campaign.timeZone,
    match: matchView(facts, text),
    wide: drawGraph(drawn, { ...look, size: 'wide', id: 'graph-wide' }),
    narrow: drawGraph(drawn, { ...look, size: 'narrow', id: 'graph-narrow' }),
  };
}
