import { z } from 'zod';
import { PUBLIC_STATES } from '../domain/campaign-lifecycle.ts';
import { DARE_KINDS } from '../domain/dare.ts';
import { LETTER_MILESTONES } from '../domain/correspondence.ts';
import { MILESTONE_KINDS } from '../domain/milestones.ts';
import { ACCOUNT_STATES } from '../institutions/account.entity.ts';
import { LANGUAGES } from '../platform/text.ts';
import { FLAG_KINDS } from '../readings/reading-flag.entity.ts';
import { READING_SOURCES } from '../readings/reading.entity.ts';
import { listOf, pageNumber } from './list.schema.ts';

export const instant = z.iso.datetime().describe('ISO 8601, UTC.');
export const count = z.int().min(0);
const people = z.int().min(0);
const state = z.enum(PUBLIC_STATES);

const followers = z
  .object({ count, readAt: instant, source: z.enum(READING_SOURCES).describe('How the number came to be known.') })
  .describe('The last reading that counts, however old; null: not known, which is never the same as 0.');

const chain = z
  .object({ number: z.int().min(1), checksum: z.string().regex(/^[0-9a-f]{64}$/).describe('SHA-256, hexadecimal.') })
  .describe('The last reading of all, and a checksum of it and all before, to hold a file of `?chain=1` against.');

const account = z.object({
  network: z.string().describe('An id of /api/v1/networks.'),
  handle: z.string().describe('`@user@host` in the fediverse, with the host as an A-label; `@user` on X.'),
  url: z.string(),
  state: z.enum(ACCOUNT_STATES).describe('What its server told last: an account may be hidden, moved, suspended …'),
  newHandle: z.string().nullable().describe('The handle that it goes by since it moved or was renamed; null: its own.'),
  followers: followers.nullable(),
  chain: chain.nullable(),
});

const gap = z
  .object({
    fediverse: count,
    x: count,
    difference: z.int().describe('X minus fediverse: it shrinks as the fediverse gains.'),
    leader: z.enum(['fediverse', 'x', 'tie']),
  })
  .describe('Null while one of the counts is not known, or no longer shown by its account.');

const forecast = z
  .object({
    crossesOn: instant,
    earliest: instant,
    latest: instant.nullable().describe('Null: two years may not be enough.'),
    perDay: z.number().describe('By how many followers the distance shrinks a day, on average until then.'),
  })
  .describe('The truth lies between `earliest` and `latest` eight times in ten. Null when the dare is over, or when nothing can be said.');

const milestone = z.object({
  kind: z.enum([...MILESTONE_KINDS, ...LETTER_MILESTONES]),
  at: instant,
  value: z
    .int()
    .nullable()
    .describe(
      'Followers, as the page and the feed tell them. `launched`, `crossed`, `fell-back`: there were so many on the fediverse. `record-day`: so many were gained. `quarter`, `half`, `three-quarters`, `hundred-to-go`: the gap then, as in `gap.difference`, of which one more is needed to win; for `reach`, those missing to the target. Null: not known, or the milestone is one of the letter to the institution (`letter-…`), which counts nothing.',
    ),
});

const moment = z.object({ at: instant, count });
const words = z.string();

const note = z
  .object({
    network: z.string(),
    kind: z.enum(FLAG_KINDS).describe('A rise or a fall that is unusual for the account.'),
    from: moment,
    to: moment,
    text: z.object({ fr: words.optional(), en: words.optional() }).describe('In one language at least.'),
  })
  .describe('What a moderator tells the public of an unusual change. The readings count unless their status says otherwise.');

export const pledgeTotals = z.object({
  total: people.describe('Promises that stand; not those that wait for others.'),
  verified: people.describe('Those whose authors proved to hold their handle.'),
  kept: people.describe('Those whose authors were seen among the followers.'),
});

/** A campaign as the API tells it. */
export const campaignSchema = z.object({
  slug: z.string(),
  title: z.string(),
  language: z.enum(LANGUAGES),
  state,
  dare: z.object({
    kind: z.enum(DARE_KINDS),
    target: count.optional().describe('Followers to reach; only of the kind `reach`.'),
  }),
  institution: z.object({
    name: z.string(),
    country: z.string().describe('ISO 3166-1 alpha-2; `EU` for the Union’s own bodies.'),
    accounts: z.array(account),
  }),
  gap: gap.nullable(),
  forecast: forecast.nullable(),
  pledges: pledgeTotals.extend({
    nextRelease: z
      .object({
        at: z.int().min(1).describe('Once `total` is this …'),
        people: people.describe('… so many join who promised for when others do; five or more.'),
      })
      .nullable()
      .describe('Null: nobody waits for others, or so few that they could be told apart, or the dare is over.'),
  }),
  milestones: z.array(milestone).describe('In order of time.'),
  notes: z.array(note).describe('In order of time.'),
  links: z.object({ html: z.url(), graph: z.url(), card: z.url(), feed: z.url(), csv: z.url() }),
});

export type CampaignJson = z.infer<typeof campaignSchema>;

export const campaignListSchema = listOf(campaignSchema);

/** What one may ask of the list of campaigns; an empty parameter counts as not given. */
export const campaignsAsked = z.object({
  q: z.string().trim().max(200).default('').describe('Words of the title, or of the institution’s name.'),
  state: state.optional().describe('Campaigns in this state.'),
  lang: z.enum(LANGUAGES).optional().describe('Campaigns in this language.'),
  page: pageNumber,
});
