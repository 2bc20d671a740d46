import { z } from 'zod';

/** What a supporter sends. */
export const pledgeBody = z.object({
  handle: z.string().max(2_048).describe('The supporter’s handle in any spelling: `@you@server`, `https://server/@you` …'),
  consent: z
    .boolean()
    .describe('Must be true: the supporter agrees that the handle is kept to count the promise (GDPR, article 9).'),
  showHandle: z.boolean().default(false).describe('May the handle be shown once it is proven?'),
});

/** What a supporter gets. */
export const pledgeSchema = z.object({
  links: z.object({
    html: z.url().describe('The supporter’s private page. Whoever holds this link can withdraw the pledge.'),
  }),
});
