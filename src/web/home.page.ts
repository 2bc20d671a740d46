import { translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { tileView, type TileFacts, type TileView } from './tile.ts';

/** What the home page shows. */
export type HomeFacts = {
  readonly closest: readonly TileFacts[];
  readonly newest: readonly TileFacts[];
  readonly won: readonly TileFacts[];
  readonly totals: { readonly live: number; readonly won: number; readonly pledges: number };
  readonly now: Date;
};

/** The model of `views/home.hbs`. */
export type HomeView = PageModel & {
  readonly shelves: readonly { id: string; title: string; tiles: readonly TileView[] }[];
  /** True when no campaign is public yet. */
  readonly quiet: boolean;
  readonly totals: readonly { figure: string; words: string }[];
};

/** The home page: a promise, then the campaigns closest to winning, the new ones and the won ones. */
export function homePage(facts: HomeFacts, request: PageRequest): HomeView {
  const { t, number } = translator(request.language);
  const seen = new Set(facts.closest.map(({ slug }) => slug));
  const shelves = [
    { id: 'closest', campaigns: facts.closest },
    { id: 'newest', campaigns: facts.newest.filter(({ slug }) => !seen.has(slug)) },
    { id: 'won', campaigns: facts.won },
  ]
    .filter(({ campaigns }) => campaigns.length > 0)
    .map(({ id, campaigns }) => ({
      id,
      title: t(`home.${id}`),
      tiles: campaigns.map((campaign) => tileView(campaign, facts.now, request)),
    }));
  const totals = (['live', 'won', 'pledges'] as const)
    .filter((key) => facts.totals[key] > 0)
    .map((key) => ({ figure: number(facts.totals[key]), words: t(`home.total.${key}`, { n: facts.totals[key] }) }));
  return {
    head: pageHead({
      title: t('home.title'),
      description: t('home.lead'),
      canonicalPath: '/',
      feeds: [{ type: 'application/atom+xml', title: t('home.feed'), url: '/feed.atom' }],
    }),
    shelves,
    quiet: shelves.length === 0,
    totals,
  };
}
