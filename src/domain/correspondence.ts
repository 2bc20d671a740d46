import { DAY } from './durations.ts';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

/** What can happen to a letter: it is sent, or something comes back. */
export const LETTER_STEPS = ['sent', 'acknowledged', 'answered', 'agreed', 'refused'] as const;
export type LetterStep = (typeof LETTER_STEPS)[number];

/** How a letter is sent. */
export const LETTER_WAYS = ['email', 'post', 'form', 'hand'] as const;
export type LetterWay = (typeof LETTER_WAYS)[number];

/** Steps after which nobody waits any more; a receipt is none. */
const ANSWERS: readonly LetterStep[] = ['answered', 'agreed', 'refused'];

/** Something that happened, on a day (`yyyy-mm-dd`) of the campaign's calendar. */
export type LetterEvent = { readonly step: LetterStep; readonly day: string };

/**
 * How firmly something is known: as whoever leads the campaign tells it, confirmed by a moderator, hidden by one, or a promise that
 * was not kept.
 */
export const LETTER_STANDINGS = ['reported', 'confirmed', 'hidden', 'broken'] as const;
export type LetterStanding = (typeof LETTER_STANDINGS)[number];

/** What a moderator can say of something that happened. */
export const LETTER_POWERS = ['confirm', 'hide', 'break'] as const;
export type LetterPower = (typeof LETTER_POWERS)[number];

/** What each power makes of an event. */
export const STANDING_AFTER = { confirm: 'confirmed', hide: 'hidden', break: 'broken' } as const satisfies Record<LetterPower, LetterStanding>;

/** What a moderator can say of an event now; a promise can be broken once it is certain that it was given. */
export function letterPowers({ step, standing }: { readonly step: LetterStep; readonly standing: LetterStanding }): LetterPower[] {
  return LETTER_POWERS.filter((power) => {
    if (power === 'break') return step === 'agreed' && standing === 'confirmed';
    return STANDING_AFTER[power] !== standing;
  });
}

/** Whether something waits for a moderator: what is told of an institution does, that a letter was sent does not. */
export function awaitsModerator({ step, standing }: { readonly step: LetterStep; readonly standing: LetterStanding }): boolean {
  return standing === 'reported' && step !== 'sent';
}

/** Whether nobody presses any more: it is certain that the institution agreed, and nobody took that back. */
export function isAgreed(events: readonly { readonly step: LetterStep; readonly standing: LetterStanding }[]): boolean {
  return events.some(({ step, standing }) => step === 'agreed' && standing === 'confirmed');
}

/** What is told of a letter beside the milestones of the numbers, in the API and in feeds. */
export const LETTER_MILESTONES = ['letter-sent', 'letter-acknowledged', 'letter-answered', 'letter-agreed', 'letter-refused', 'letter-broken'] as const;
export type LetterMilestone = { readonly kind: (typeof LETTER_MILESTONES)[number]; readonly at: Date; readonly value: null; };

/** The kind under which an event is told to programs; null for what nobody has confirmed of an institution, or hid. */
export function toldKind(event: { readonly step: LetterStep; readonly standing: LetterStanding }): LetterMilestone['kind'] | null {
  if (event.standing === 'hidden' || awaitsModerator(event)) return null;
  return event.standing === 'broken' ? 'letter-broken' : `letter-${event.step}`;
}

export type DayError = { readonly type: 'before-launch' | 'in-the-future' };

/** Whether something may have happened on that day; all three are days of the campaign's calendar. */
export function checkDay(day: string, { launchedOn, today }: { launchedOn: string; today: string }): Result<string, DayError> {
  if (day < launchedOn) return fail({ type: 'before-launch' });
  return day > today ? fail({ type: 'in-the-future' }) : ok(day);
}

/** After how many months of silence which rule says something; nothing is claimed where no rule is known. */
export type SilenceRule = { readonly law: 'crpa' | 'ombudsman'; readonly months: number };

/**
 * The administrations in the sense of the French code of relations between the public and the administration, article L100-3:
 * not parliament, nor courts; whatever else may be a museum's association, or a company.
 */
const FRENCH_ADMINISTRATIONS: readonly string[] = ['ministry', 'agency', 'city', 'region', 'university', 'health'];

/**
 * The rule on an institution's silence. In France, two months without a word refuse what asks for no individual decision (code des
 * relations entre le public et l’administration, article L231-4, 1°). The Union’s institutions, bodies and agencies decide within
 * two months (European Code of Good Administrative Behaviour, article 17), but for its courts.
 */
export function silenceRule({ country, kind }: { readonly country: string; readonly kind: string }): SilenceRule | null {
  if (country === 'FR' && FRENCH_ADMINISTRATIONS.includes(kind)) return { law: 'crpa', months: 2 };
  if (country === 'EU' && kind !== 'court') return { law: 'ombudsman', months: 2 };
  return null;
}

export type ReplyClock =
  | { readonly type: 'not-sent' }
  | {
      readonly type: 'waiting';
      readonly sentOn: string;
      /** Whole days since then. */
      readonly days: number;
      readonly acknowledgedOn: string | null;
      /** The day on which the rule's months are over. */
      readonly due: { readonly law: SilenceRule['law']; readonly on: string; readonly isPast: boolean } | null;
    }
  | {
      readonly type: 'answered';
      readonly step: LetterStep;
      readonly on: string;
      /** Whole days from the letter to its answer; null where it came without a letter. */
      readonly days: number | null;
    };

/** How long the institution has been silent on `today`. Letters after an answer start the clock again, reminders do not. */
export function replyClock(events: readonly LetterEvent[], rule: SilenceRule | null, today: string): ReplyClock {
  const days = events.toSorted((a, b) => a.day.localeCompare(b.day));
  const answer = days.findLast(({ step }) => ANSWERS.includes(step));
  const sent = days.find(({ step, day }) => step === 'sent' && (answer === undefined || day > answer.day));
  if (sent !== undefined) {
    const receipt = days.find(({ step, day }) => step === 'acknowledged' && day >= sent.day);
    const on = rule && addMonths(sent.day, rule.months);
    const due = rule && on !== null ? { law: rule.law, on, isPast: today > on } : null;
    return { type: 'waiting', sentOn: sent.day, days: daysBetween(sent.day, today), acknowledgedOn: receipt?.day ?? null, due };
  }
  if (answer === undefined) return { type: 'not-sent' };
  const asked = days.find(({ step, day }) => step === 'sent' && day <= answer.day);
  return { type: 'answered', step: answer.step, on: answer.day, days: asked === undefined ? null : daysBetween(asked.day, answer.day) };
}

/** The same day of a later month, or that month's last. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}
