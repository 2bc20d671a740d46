import { drawGraph } from '../posts/graph.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { CampaignFacts, PageState } from './campaign-facts.ts';
import { graphFacts } from './campaign-graph.ts';
import { matchView, type MatchView } from './campaign-match.ts';
import { statusWords } from './campaign-words.ts';

/** `small`: the score; `large`: the graph as well. */
export const EMBED_SIZES = ['small', 'large'] as const;
export type EmbedSize = (typeof EMBED_SIZES)[number];
export const EMBED_THEMES = ['auto', 'light', 'dark'] as const;
export type EmbedTheme = (typeof EMBED_THEMES)[number];
export type EmbedLook = { readonly size: EmbedSize; readonly theme: EmbedTheme };

/** The model of `views/embed.hbs`, rendered in the layout `bare`. */
export type EmbedView = PageModel & {
  readonly href: string;
  readonly state: PageState;
  readonly status: string;
  readonly title: string;
  readonly language: Language;
  readonly timeZone: string;
  readonly match: MatchView;
  /** Null where there is no room for it. */
  readonly graph: { readonly wide: string; readonly narrow: string } | null;
};

/** A campaign as other sites frame it: the score and the graph, without any script. */
export function embedPage(facts: CampaignFacts, { size, theme }: EmbedLook, request: PageRequest): EmbedView {
  const text = translator(request.language);
  const { campaign } = facts;
  const drawn = graphFacts(facts, text);
  const look = { language: request.language, theme: 'page' } as const;
  return {
    head: pageHead({ title: campaign.title, theme: theme === 'auto' ? null : theme }),
    href: request.publicUrl + localUrl(`/c/${campaign.slug}`, request),
    state: campaign.state,
    status: statusWords(facts, text),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    timeZone: campaign.timeZone,
    match: matchView(facts, text),
    graph:
      size === 'small'
        ? null
        : { wide: drawGraph(drawn, { ...look, size: 'wide', id: 'graph-wide' }), narrow: drawGraph(drawn, { ...look, size: 'narrow', id: 'graph-narrow' }) },
  };
}
