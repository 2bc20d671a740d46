import type { Translator } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';

/** For the partial `pager`: the way to the pages before and after. */
export type Pager = {
  readonly where: string;
  /** Null at either end. */
  readonly previous: string | null;
  readonly next: string | null;
};

/** Null when everything is on one page. */
export function pager(
  path: string,
  { page, pages }: { page: number; pages: number },
  query: Readonly<Record<string, string>>,
  { request, text }: { request: PageRequest; text: Translator },
): Pager | null {
  if (pages <= 1) return null;
  const to = (number: number): string => localUrl(path, request, { ...query, page: number > 1 ? number : null });
  return {
    where: text.t('moderation.pages.where', { page, pages }),
    previous: page > 1 ? to(page - 1) : null,
    next: page < pages ? to(page + 1) : null,
  };
}

/** The page number that a query asks for, 1 for anything else. */
export function pageNumber(asked: unknown): number {
  const number = typeof asked === 'string' && /^\d{1,6}$/.test(asked) ? Number(asked) : 1;
  return Math.max(1, number);
}
