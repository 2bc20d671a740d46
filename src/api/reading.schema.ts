import { z } from 'zod';
import { READING_SOURCES } from '../readings/reading.entity.ts';
import { count, instant } from './campaign.schema.ts';
import { listOf, pageNumber } from './list.schema.ts';
import { STEP } from './reading-steps.ts';

/** A reading as the API tells it. */
export const readingSchema = z.object({
  network: z.string(),
  handle: z.string(),
  at: instant,
  count,
  source: z.enum(READING_SOURCES),
  evidence: z.string().nullable().describe('Where the number can be seen; null: nowhere but in the account itself.'),
  status: z
    .enum(['counted', 'replaced', 'struck'])
    .describe(
      '`replaced`: it was wrong, and another reading corrects it; `struck`: a moderator took it out. Readings that wait for a second person are not public.',
    ),
  number: z.int().min(1).describe('Its place in the chain of its account, as in the file of `?chain=1`.'),
  replaces: z.int().min(1).nullable().describe('The number of the reading that it corrects.'),
  replacedBy: z.int().min(1).nullable().describe('The number of the reading that corrects it.'),
});

export type ReadingJson = z.infer<typeof readingSchema>;

export const readingListSchema = listOf(readingSchema).extend({
  step: z
    .number()
    .min(1)
    .nullable()
    .describe('Seconds that a step lasts, of which only the last reading of each account is told (and the first of the period); null: every reading of the period is told.'),
});

export type ReadingListJson = z.infer<typeof readingListSchema>;

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text))
  .optional();

/** What one may ask of a campaign's readings; an empty parameter counts as not given. */
export const readingsAsked = z.object({
  from: moment.describe('ISO 8601; a day begins at midnight UTC. The first reading, if not given.'),
  to: moment.describe('ISO 8601; a day begins at midnight UTC. Now, if not given.'),
  step: z
    .string()
    .regex(STEP)
    .optional()
    .describe('One reading of each account, the last, for each `15m`, `1h`, `1d` or `1w`. If not given: all readings, or where they are too many for an answer, a step that fits.'),
  status: z
    .enum(['counted', 'all'])
    .default('counted')
    .describe('`all`: also the readings that were corrected or struck out, whatever the step.'),
  page: pageNumber,
});
