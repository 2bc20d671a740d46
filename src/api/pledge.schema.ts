import { z } from 'zod';
import { MOST_OTHERS } from '../domain/conditional-release.ts';
import { INVITATION_CODE } from '../pledges/invitations.service.ts';

/** What a supporter sends. */
export const pledgeBody = z.object({
  handle: z.string().max(2_048).describe('The supporter’s handle in any spelling: `@you@server`, `https://server/@you`, `you.bsky.social`, `https://bsky.app/profile/your.domain` …'),
  consent: z
    .boolean()
    .describe('Must be true: the supporter agrees that the handle is kept to count the promise (GDPR, article 9).'),
  showHandle: z.boolean().default(false).describe('May the handle be shown once it is proven?'),
  via: z
    .string()
    .regex(INVITATION_CODE)
    .nullable()
    .default(null)
    .describe('The code of another supporter’s own link, if the supporter came by it: `/c/<slug>?via=<code>`.'),
  whenOthers: z
    .int()
    .min(1)
    .max(MOST_OTHERS)
    .nullable()
    .default(null)
    .describe('“I will when so many others do”: the promise counts once so many have promised. Null: at once.'),
});

/** What a supporter gets. */
export const pledgeSchema = z.object({
  links: z.object({
    html: z.url().describe('The supporter’s private page. Whoever holds this link can withdraw the pledge.'),
  }),
});
