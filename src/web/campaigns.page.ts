import { LANGUAGES, translator, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { choice, textField, type Choice, type TextField } from './form-fields.ts';
import { tileView, type TileFacts, type TileView } from './tile.ts';

/** What the directory shows: one page of what was searched. */
export type CampaignsFacts = {
  readonly search: { readonly q: string; readonly state: string | null; readonly language: Language | null };
  readonly items: readonly TileFacts[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly now: Date;
};

/** The model of `views/campaigns.hbs`. */
export type CampaignsView = PageModel & {
  readonly query: TextField;
  readonly state: Choice;
  readonly written: Choice;
  readonly found: string;
  readonly tiles: readonly TileView[];
  readonly previous: string | null;
  readonly next: string | null;
  readonly where: string | null;
};

/** The states that one can search for. */
export const SEARCHABLE_STATES = ['live', 'won', 'agreed', 'ended', 'closed'] as const;

/**
 * The directory of campaigns. Its form sends `q`, `state` and `in` (the language of campaigns;
 * `lang` is the language of the page).
 */
export function campaignsPage(facts: CampaignsFacts, request: PageRequest): CampaignsView {
  const { t } = translator(request.language);
  const { search, page, pages, total } = facts;
  const values = { q: search.q, state: search.state ?? '', in: search.language ?? '' };
  const form = { values, errors: {} };
  const any = { value: '', label: t('campaigns.any') };
  const to = (number: number): string =>
    localUrl('/campaigns', request, { q: search.q, state: search.state, in: search.language, page: number > 1 ? number : null });
  const searching = search.q !== '' || search.state !== null || search.language !== null;
  return {
    head: pageHead({
      title: t('campaigns.title'),
      description: t('campaigns.description'),
      canonicalPath: searching || page > 1 ? null : '/campaigns',
    }),
    query: textField({ name: 'q', label: t('campaigns.q'), type: 'search', maxlength: 100 }, form),
    state: choice(
      {
        name: 'state',
        label: t('campaigns.state'),
        options: [any, ...SEARCHABLE_STATES.map((state) => ({ value: state, label: t(`campaigns.state.${state}`) }))],
      },
      form,
    ),
    written: choice(
      {
        name: 'in',
        label: t('campaigns.language'),
        options: [any, ...LANGUAGES.map((language) => ({ value: language, label: t(`site.language.${language}`) }))],
      },
      form,
    ),
    found: total > 0 || searching ? t('campaigns.found', { n: total }) : t('campaigns.none'),
    tiles: facts.items.map((item) => tileView(item, facts.now, request)),
    previous: page > 1 ? to(page - 1) : null,
    next: page < pages ? to(page + 1) : null,
    where: pages > 1 ? t('campaigns.page', { page, pages }) : null,
  };
}
