import { z } from 'zod';

/** The shape of every list. */
export interface List<T> {
  items: T[];
  page: number;
  pages: number;
  total: number;
}

/** The schema of a list of `item`. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    page: z.int().min(1),
    pages: z.int().min(1),
    total: z.int().min(0),
  });
}

/** The part of `all` that belongs to a page; a page past the end is the last one. */
export function pageOf<T>(all: readonly T[], page: number, size: number): List<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(page, pages);
  return { items: all.slice((shown - 1) * size, shown * size), page: shown, pages, total: all.length };
}

export const pageNumber = z.coerce
  .number()
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .describe('Which page, from 1; a page past the end is the last one.');
