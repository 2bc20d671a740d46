import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from './durations.ts';
import { MILESTONE_KINDS } from './milestones.ts';
import { isRepeat, nextAttemptAt, nextPostAt, notWorthAPost, occasionOf, settle, settleUnseen } from './publishing-rules.ts';

const NOW = new Date('2023-09-02T07:30:00Z');
const utcDay = (moment: Date): string => moment.toISOString().slice(0, 10);
const utcMinute = (moment: Date): number => moment.getUTCHours() * 60 + moment.getUTCMinutes();

describe('an occasion', () => {
  test('is the same when readings move it in time, save for what comes again', () => {
    const later = new Date(NOW.getTime() + HOUR);
    const name = (kind: (typeof MILESTONE_KINDS)[number], at: Date): string => occasionOf({ kind, at }, utcDay);
    expect(name('half', NOW)).toBe(name('half', later));
    expect(name('record-day', NOW)).toBe(name('record-day', later));
    expect(name('record-day', NOW)).toBe('record-day-2023-09-02');
    expect(occasionOf({ kind: 'letter-sent', at: NOW }, utcDay)).toBe('letter-sent-2023-09-02');
    expect(name('fell-back', NOW)).not.toBe(name('fell-back', later));
    for (const kind of MILESTONE_KINDS) expect(name(kind, NOW)).toMatch(/^[a-z0-9-]+$/);
  });
});

describe('what is worth a post', () => {
  test('is the furthest step of the way, while it is news', () => {
    const half = { kind: 'half', at: NOW, since: NOW } as const;
    expect(notWorthAPost(half, [{ kind: 'launched', at: NOW }, half], NOW)).toBeNull();
    expect(notWorthAPost(half, [half, { kind: 'crossed', at: NOW }], NOW)).toBe('surpassed');
    expect(notWorthAPost(half, [half, { kind: 'record-day', at: NOW }], NOW)).toBeNull();
    expect(notWorthAPost(half, [half, { kind: 'letter-agreed', at: NOW }], NOW)).toBeNull();
    expect(notWorthAPost(half, [half], new Date(NOW.getTime() + 3 * DAY))).toBe('too-old');
  });

  test('is what came last of each letter, for two weeks from when it came to be told', () => {
    const day = (n: number): Date => new Date(NOW.getTime() + n * DAY);
    const sent = { kind: 'letter-sent', at: day(0), since: day(0) } as const;
    const answered = { kind: 'letter-answered', at: day(3), since: day(8) } as const;
    const reminder = { kind: 'letter-sent', at: day(9), since: day(9) } as const;
    const all = [sent, answered, reminder];
    expect(all.map((each) => notWorthAPost(each, all, day(9)))).toEqual(['surpassed', null, null]);
    expect(notWorthAPost(answered, [...all, { kind: 'letter-agreed', at: day(3) }], day(9))).toBe('surpassed');
    expect(notWorthAPost(answered, all, day(22))).toBeNull();
    expect(notWorthAPost(answered, all, new Date(day(22).getTime() + 1))).toBe('too-old');
    expect(notWorthAPost(sent, [sent, { kind: 'crossed', at: day(1) }], day(1))).toBeNull();
    // Months after the promise that it is dated by.
    expect(notWorthAPost({ kind: 'letter-broken', at: day(0), since: day(89) }, [sent], day(90))).toBeNull();
  });

  test('one step of the way at most is, whatever happened', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...MILESTONE_KINDS)), (kinds) => {
        const happened = kinds.map((kind) => ({ kind, at: NOW, since: NOW }));
        const told = happened.filter((milestone) => notWorthAPost(milestone, happened, NOW) === null).map(({ kind }) => kind);
        expect(told.filter((kind) => !isRepeat(kind)).length).toBeLessThanOrEqual(1);
        expect(told.filter(isRepeat)).toEqual(kinds.filter(isRepeat));
      }),
    );
  });
});

describe('the time of a post', () => {
  const hour = fc.integer({ min: 0, max: 23 });
  const moment = fc.integer({ min: NOW.getTime(), max: NOW.getTime() + 2 * DAY }).map((time) => new Date(time));
  const before = fc.integer({ min: NOW.getTime() - 2 * DAY, max: NOW.getTime() }).map((time) => new Date(time));
  const isQuiet = (at: Date, from: number, until: number): boolean =>
    from <= until ? at.getUTCHours() >= from && at.getUTCHours() < until : at.getUTCHours() >= from || at.getUTCHours() < until;

  test('is never in quiet hours, never above the limit, and never later than needed', () => {
    fc.assert(
      fc.property(hour, hour, moment, fc.array(before, { maxLength: 12 }), fc.integer({ min: 1, max: 6 }), (from, until, now, sent, perDay) => {
        const at = nextPostAt({ now, minuteOfDay: utcMinute, quiet: { from, until }, sent, perDay });
        const inDayBefore = (end: Date): number => sent.filter((each) => each.getTime() > end.getTime() - DAY && each <= end).length;
        expect(at.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(isQuiet(at, from, until)).toBe(false);
        expect(inDayBefore(at)).toBeLessThan(perDay);
        if (!isQuiet(now, from, until) && inDayBefore(now) < perDay) expect(at).toEqual(now);
      }),
    );
  });

  test('waits for the end of the night', () => {
    const quiet = { from: 22, until: 7 };
    const night = new Date('2023-09-02T23:15:30Z');
    expect(nextPostAt({ now: night, minuteOfDay: utcMinute, quiet, sent: [], perDay: 4 })).toEqual(new Date('2023-09-03T07:00:00Z'));
  });
});

test('attempts come ever later, and end', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((attempts) => nextAttemptAt(attempts, NOW)?.getTime() ?? null);
  expect(waits.at(-1)).toBeNull();
  const times = waits.filter((time) => time !== null);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

describe('a post without an answer', () => {
  test('is sent again only where that cannot make two', () => {
    fc.assert(
      fc.property(fc.constantFrom('there', 'nowhere', 'unknown'), fc.boolean(), fc.integer({ min: 0, max: 2 * DAY }), (seen, keepsKeys, age) => {
        const verdict = settle({ askedAt: NOW, now: new Date(NOW.getTime() + age), seen, keepsKeys });
        if (verdict === 'send-again') expect(seen === 'nowhere' || (seen === 'unknown' && keepsKeys && age < HOUR)).toBe(true);
        if (seen === 'there') expect(verdict).toBe('sent');
      }),
    );
  });

  test('of which nothing can be known is left to a person in the end', () => {
    const after = (age: number): string => settle({ askedAt: NOW, now: new Date(NOW.getTime() + age), seen: 'unknown', keepsKeys: false });
    expect(after(10 * MINUTE)).toBe('look-again');
    expect(after(7 * HOUR)).toBe('unclear');
  });
});

test('a message without an answer is sent again only under a key that its server still has, and is given up in the end', () => {
  fc.assert(
    fc.property(fc.constantFrom(true, false, null), fc.integer({ min: 0, max: 2 * DAY }), (keepsKeys, age) => {
      const verdict = settleUnseen({ askedAt: NOW, now: new Date(NOW.getTime() + age), keepsKeys });
      if (verdict === 'send-again') expect(keepsKeys === true && age < HOUR).toBe(true);
      if (keepsKeys === false || age >= HOUR) expect(verdict).toBe('unclear');
    }),
  );
});
