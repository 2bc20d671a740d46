import { translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** The page for those who are not on the fediverse yet. */
export function helpNewPage(request: PageRequest): PageModel {
  const { t } = translator(request.language);
  return { head: pageHead({ title: t('help.title'), description: t('help.lead'), canonicalPath: '/help/new' }) };
}
