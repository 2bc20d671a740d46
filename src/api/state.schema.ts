import { z } from 'zod';
import { campaignSchema, instant, pledgeTotals } from './campaign.schema.ts';
import { listOf, pageNumber } from './list.schema.ts';

const perDay = z.number().nullable();

const { milestones: _, notes: __, links: ___, ...standing } = campaignSchema.shape;

/** Where a campaign stood at the beginning of an hour. */
const stateItem = z.object({
  ...standing,
  pledges: pledgeTotals,
  pace: z
    .object({ fediverse: perDay, x: perDay, gap: perDay.describe('By how many followers the gap shrank.') })
    .describe('Followers gained a day, from what was known 24 hours before; null: not known. Null as a whole once the campaign is over.')
    .nullable(),
  link: z.url().describe('The campaign’s page.'),
});

const hour = {
  generatedAt: instant.describe('The beginning of the hour, which everything is told as of.'),
  validUntil: instant.describe('The beginning of the next hour: nobody need ask again before.'),
};

export const stateSchema = z.object({ ...hour, ...stateItem.shape });
export const stateListSchema = z.object({ ...hour, ...listOf(stateItem).shape });

export type StateItemJson = z.infer<typeof stateItem>;

/** What one may ask of the state of all campaigns; an empty parameter counts as not given. */
export const statesAsked = z.object({ page: pageNumber });
