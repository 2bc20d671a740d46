import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** The model of `views/erased.hbs`. */
export type ErasedView = PageModel & { readonly campaignUrl: string };

/** What a supporter sees after leaving: it is done, and nothing is left. */
export function erasedPage(facts: { readonly slug: string }, request: PageRequest): ErasedView {
  const { t } = translator(request.language);
  return { head: pageHead({ title: t('pledged.erasedTitle') }), campaignUrl: localUrl(`/c/${facts.slug}`, request) };
}
