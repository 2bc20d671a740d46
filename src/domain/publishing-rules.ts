import { DAY, HOUR, MINUTE } from './durations.ts';
import type { LetterMilestone } from './correspondence.ts';
import type { Milestone, MilestoneKind } from './milestones.ts';

/** `gap`: the one post that is changed when the numbers do, and never repeated. */
export type OccasionKind = Happening['kind'] | 'gap';

/** What is told of a campaign: by its numbers, or by its letter. */
type Happening = Pick<Milestone, 'kind' | 'at'> | Pick<LetterMilestone, 'kind' | 'at'>;

/** `since`: when it came to be told. */
type Told = Happening & { readonly since: Date };

/** Hours of the day (0 to 23) between which nothing is posted; the same hour twice is never. */
export type QuietHours = { readonly from: number; readonly until: number };

/** Of one campaign, and of one account for all campaigns that it publishes for, in 24 hours: whoever follows it is not to drown. */
export const MOST_POSTS_A_DAY = 24;

/** Milestones on one way: whoever reads of the later one needs no news of the earlier. */
const WAY: readonly MilestoneKind[] = ['launched', 'quarter', 'half', 'three-quarters', 'hundred-to-go', 'crossed'];
/** Of a letter: whoever reads of what came later on needs no news of what came before. */
const LETTER_WAY: Readonly<Record<LetterMilestone['kind'], number>> = {
  'letter-sent': 0,
  'letter-acknowledged': 1,
  'letter-answered': 2,
  'letter-agreed': 3,
  'letter-refused': 3,
  'letter-broken': 3,
};
/** What comes again, and disturbs nobody who did not come to look. */
const REPEATS: readonly OccasionKind[] = ['fell-back', 'record-day', 'gap'];
/** Older news is no news: of an import of the past, say, or after a long pause. */
const NEWS_LIFE = 2 * DAY;
/** Of letters: it is days that are known of them, and nobody waits for an hour. */
const LETTER_NEWS_LIFE = 14 * DAY;

/**
 * The name of a happening, once for a campaign: readings that are found later may move it in time, and it is still the same.
 * What happens to letters happens once a day; `at` is then as it was written down first, whatever a correction made of it.
 * Letters, digits and hyphens, as it is also the fragment of the link in its post. `dayOf` as in milestones.ts.
 */
export function occasionOf({ kind, at }: Happening, dayOf: (moment: Date) => string): string {
  if (kind === 'record-day' || isOfLetter(kind)) return `${kind}-${dayOf(at)}`;
  return kind === 'fell-back' ? `${kind}-${at.toISOString().replace(/\D/g, '').slice(0, 14)}` : kind;
}

/** Why something is not worth a post any more, among all that happened; null: it is. */
export function notWorthAPost(told: Told, happened: readonly Happening[], now: Date): 'too-old' | 'surpassed' | null {
  if (happened.some((other) => surpasses(other, told))) return 'surpassed';
  const life = isOfLetter(told.kind) ? LETTER_NEWS_LIFE : NEWS_LIFE;
  return now.getTime() - told.since.getTime() > life ? 'too-old' : null;
}

/** One letter follows another, so that only what came later counts; the numbers have one way. */
function surpasses(other: Happening, { kind, at }: Happening): boolean {
  if (isOfLetter(kind)) return isOfLetter(other.kind) && LETTER_WAY[other.kind] > LETTER_WAY[kind] && other.at >= at;
  const step = WAY.indexOf(kind);
  return step >= 0 && !isOfLetter(other.kind) && WAY.indexOf(other.kind) > step;
}

/** Whether the letter tells it, and not the numbers. */
export function isOfLetter(kind: OccasionKind): kind is LetterMilestone['kind'] {
  return kind.startsWith('letter-');
}

/** Whether a post of this kind stays out of public timelines, whatever was wished for the others. */
export function isRepeat(kind: OccasionKind): boolean {
  return REPEATS.includes(kind);
}

/**
 * The first moment from `now` on that is in no quiet hour and that has less than `perDay` of the moments `sent` in the 24 hours
 * before it. `minuteOfDay` tells the time of a moment on the campaign's clocks, in minutes since midnight.
 */
export function nextPostAt(asked: {
  readonly now: Date;
  readonly minuteOfDay: (moment: Date) => number;
  readonly quiet: QuietHours;
  readonly sent: readonly Date[];
  readonly perDay: number;
}): Date {
  const { minuteOfDay, quiet, sent, perDay } = asked;
  let at = asked.now;
  for (;;) {
    const allowed = afterLimit(at, sent, perDay);
    const wait = quietMinutesLeft(minuteOfDay(allowed), quiet);
    if (wait === 0) return allowed;
    at = new Date(Math.floor(allowed.getTime() / MINUTE) * MINUTE + wait * MINUTE);
  }
}

function afterLimit(at: Date, sent: readonly Date[], perDay: number): Date {
  const newestFirst = sent.map((moment) => moment.getTime()).toSorted((a, b) => b - a);
  const last = newestFirst[perDay - 1];
  return last === undefined || last + DAY <= at.getTime() ? at : new Date(last + DAY);
}

const MINUTES_OF_DAY = 24 * 60;

function quietMinutesLeft(minute: number, { from, until }: QuietHours): number {
  const length = ((until - from + 24) % 24) * 60;
  const since = (minute - from * 60 + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return since < length ? length - since : 0;
}

/** Minutes to wait after so many attempts that came to nothing. */
const WAITS = [1, 5, 15, 60, 180, 360];

/** When to try again after the `attempts`th attempt; null: give up. */
export function nextAttemptAt(attempts: number, now: Date): Date | null {
  const minutes = WAITS[attempts - 1];
  return minutes === undefined ? null : new Date(now.getTime() + minutes * MINUTE);
}

/** Servers keep idempotency keys for an hour (mastodon, PostStatusService); less, for clocks that differ. */
const KEY_LIFE = 50 * MINUTE;
/**
 * What to do about a message that was handed over, of which no answer came, and which cannot be looked for. `keepsKeys` as for
 * {@link settle}; null: the server does not say. Rather no message than two.
 */
export function settleUnseen({ askedAt, now, keepsKeys }: { readonly askedAt: Date; readonly now: Date; readonly keepsKeys: boolean | null }): 'send-again' | 'ask-later' | 'unclear' {
  if (keepsKeys === false || now.getTime() - askedAt.getTime() >= KEY_LIFE) return 'unclear';
  return keepsKeys === null ? 'ask-later' : 'send-again';
}

/** For so long a server that cannot be asked is asked again. */
const LOOKED_FOR = 6 * HOUR;

/**
 * What to do about a post that was handed over and of which no answer came. `seen` is what the bot's own list of posts says;
 * `keepsKeys`: its server answers the same key with the same post. Rather no post than two.
 */
export function settle(asked: {
  readonly askedAt: Date;
  readonly now: Date;
  readonly seen: 'there' | 'nowhere' | 'unknown';
  readonly keepsKeys: boolean;
}): 'sent' | 'send-again' | 'look-again' | 'unclear' {
  if (asked.seen === 'there') return 'sent';
  if (asked.seen === 'nowhere') return 'send-again';
  const age = asked.now.getTime() - asked.askedAt.getTime();
  if (asked.keepsKeys && age < KEY_LIFE) return 'send-again';
  return age < LOOKED_FOR ? 'look-again' : 'unclear';
}
