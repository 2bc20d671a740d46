import { translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** A draft that is no more: handed in, or a week old. */
export function gonePage(page: PageRequest): PageModel {
  return { head: pageHead({ title: translator(page.language).t('start.gone.title') }) };
}
