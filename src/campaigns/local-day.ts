import { MINUTE, SECOND } from '../domain/durations.ts';

const MINUTES_OF_DAY = 24 * 60;
const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const DAY_PARTS: Intl.DateTimeFormatOptions = {
  ...DAY,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};

/** By zone: one holds some 20 kB outside of the heap, which a round of readings would gather by the thousand. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();
const clockFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of a moment in a time zone, as `yyyy-mm-dd`. */
export function dayIn(timeZone: string): (moment: Date) => string {
  const format = dayFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { ...DAY, timeZone });
  dayFormats.set(timeZone, format);
  return (moment) => format.format(moment);
}

/** Tells the time on a zone's clocks, in minutes since midnight. */
export function minuteIn(timeZone: string): (moment: Date) => number {
  return (moment) => Math.floor((moment.getTime() + offsetAt(moment, timeZone)) / MINUTE) % MINUTES_OF_DAY;
}

/** The first moment of the day that it is in a time zone. */
export function startOfDay(timeZone: string, moment: Date): Date {
  return momentIn(timeZone, dayIn(timeZone)(moment), '00:00:00');
}

/** The last second of a day (`yyyy-mm-dd`) in a time zone: a deadline's whole day counts. */
export function endOfDay(day: string, timeZone: string): Date {
  return momentIn(timeZone, day, '23:59:59');
}

/** The moment at which a zone's clocks show a day (`yyyy-mm-dd`) and a time (`hh:mm` or `hh:mm:ss`); invalid for neither. */
export function momentIn(timeZone: string, day: string, time: string): Date {
  const asUtc = new Date(`${day}T${time}Z`);
  if (Number.isNaN(asUtc.getTime())) return asUtc;
  const guess = new Date(asUtc.getTime() - offsetAt(asUtc, timeZone));
  // The clocks may change between the guess and the moment itself.
  return new Date(asUtc.getTime() - offsetAt(guess, timeZone));
}

export function isTimeZone(name: string): boolean {
  return TIME_ZONES.has(name);
}

/** Every IANA zone that the runtime knows, `UTC` first. */
export const TIME_ZONES: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** Milliseconds by which the zone's clocks are ahead of UTC. */
export function offsetAt(moment: Date, timeZone: string): number {
  const format = clockFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { ...DAY_PARTS, timeZone });
  clockFormats.set(timeZone, format);
  const parts = format.formatToParts(moment);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const local = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`;
  // Clocks show no milliseconds.
  return Date.parse(local) - Math.floor(moment.getTime() / SECOND) * SECOND;
}
