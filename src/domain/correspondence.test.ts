import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addMonths,
  awaitsModerator,
  checkDay,
  isAgreed,
  LETTER_STANDINGS,
  LETTER_STEPS,
  letterPowers,
  replyClock,
  silenceRule,
  STANDING_AFTER,
  toldKind,
  type LetterEvent,
} from './correspondence.ts';

const CRPA = { law: 'crpa', months: 2 } as const;
const step = fc.constantFrom(...LETTER_STEPS);
const standing = fc.constantFrom(...LETTER_STANDINGS);
const day = fc.integer({ min: 0, max: 1000 }).map((n) => new Date(Date.UTC(2023, 8, 2 + n)).toISOString().slice(0, 10));

function on(date: string, what: LetterEvent['step']): LetterEvent {
  return { step: what, day: date };
}

describe('the reply clock', () => {
  test('counts whole days of silence, and says when the rule has run out', () => {
    const sent = [on('2023-09-04', 'sent')];
    expect(replyClock([], CRPA, '2023-09-04')).toEqual({ type: 'not-sent' });
    expect(replyClock(sent, CRPA, '2023-09-04')).toMatchObject({ type: 'waiting', days: 0, due: { on: '2023-11-04', isPast: false } });
    expect(replyClock(sent, CRPA, '2023-09-16')).toMatchObject({ days: 12, acknowledgedOn: null });
    expect(replyClock(sent, CRPA, '2023-11-04')).toMatchObject({ due: { isPast: false } });
    expect(replyClock(sent, CRPA, '2023-11-05')).toMatchObject({ due: { isPast: true } });
    expect(replyClock(sent, null, '2024-11-05')).toMatchObject({ days: 428, due: null });
  });

  test('is stopped by an answer, not by a receipt, and started by the letter, not by a reminder', () => {
    const waiting = [on('2023-09-04', 'sent'), on('2023-09-10', 'acknowledged'), on('2023-10-01', 'sent')];
    expect(replyClock(waiting, null, '2023-10-02')).toMatchObject({ type: 'waiting', sentOn: '2023-09-04', acknowledgedOn: '2023-09-10', days: 28 });
    const answered = [...waiting, on('2023-10-04', 'refused')];
    expect(replyClock(answered, null, '2024-01-01')).toEqual({ type: 'answered', step: 'refused', on: '2023-10-04', days: 30 });
    const again = [...answered, on('2023-12-01', 'sent')];
    expect(replyClock(again, null, '2023-12-03')).toMatchObject({ type: 'waiting', sentOn: '2023-12-01', acknowledgedOn: null, days: 2 });
    expect(replyClock([on('2023-09-05', 'agreed')], CRPA, '2023-10-01')).toMatchObject({ type: 'answered', step: 'agreed', days: null });
  });

  test('does not care in what order things were written down, and never counts backwards', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ step, day }), { maxLength: 8 }), fc.integer(), (events, seed) => {
        const distinct = [...new Map(events.map((event) => [event.day, event])).values()];
        const shuffled = distinct.toSorted((a, b) => ((a.day.charCodeAt(9) * seed) % 7) - ((b.day.charCodeAt(9) * seed) % 7));
        const clock = replyClock(distinct, CRPA, '2030-01-01');
        expect(replyClock(shuffled, CRPA, '2030-01-01')).toEqual(clock);
        if (clock.type !== 'not-sent') expect(clock.days ?? 0).toBeGreaterThanOrEqual(0);
        if (clock.type === 'waiting') expect(distinct).toContainEqual({ step: 'sent', day: clock.sentOn });
      }),
    );
  });
});

test('months end where the calendar says', () => {
  expect(addMonths('2023-09-04', 2)).toBe('2023-11-04');
  expect(addMonths('2023-12-31', 2)).toBe('2024-02-29');
  expect(addMonths('2022-12-31', 2)).toBe('2023-02-28');
  expect(addMonths('2023-11-30', 2)).toBe('2024-01-30');
});

test('only rules that are known are claimed', () => {
  expect(silenceRule({ country: 'FR', kind: 'ministry' })).toEqual(CRPA);
  expect(silenceRule({ country: 'FR', kind: 'court' })).toBeNull();
  expect(silenceRule({ country: 'FR', kind: 'parliament' })).toBeNull();
  expect(silenceRule({ country: 'EU', kind: 'agency' })).toMatchObject({ law: 'ombudsman' });
  expect(silenceRule({ country: 'EU', kind: 'court' })).toBeNull();
  for (const country of ['GB', 'IE', 'BE', 'CH', 'CA', 'US', 'DE']) expect(silenceRule({ country, kind: 'ministry' })).toBeNull();
});

test('nothing happens before the launch, nor tomorrow', () => {
  const days = { launchedOn: '2023-08-30', today: '2023-09-02' };
  expect(checkDay('2023-08-29', days)).toEqual({ ok: false, error: { type: 'before-launch' } });
  expect(checkDay('2023-09-03', days)).toEqual({ ok: false, error: { type: 'in-the-future' } });
  for (const good of ['2023-08-30', '2023-09-01', '2023-09-02']) expect(checkDay(good, days)).toEqual({ ok: true, value: good });
});

describe('what moderators say', () => {
  test('changes something, and can always be taken back', () => {
    fc.assert(
      fc.property(step, standing, (what, now) => {
        const powers = letterPowers({ step: what, standing: now });
        expect(powers).not.toHaveLength(0);
        for (const power of powers) expect(STANDING_AFTER[power]).not.toBe(now);
        if (now === 'hidden' || now === 'broken') expect(powers).toContain('confirm');
      }),
    );
  });

  test('breaks promises alone, and those that are certain', () => {
    for (const what of LETTER_STEPS) {
      for (const now of LETTER_STANDINGS) {
        expect(letterPowers({ step: what, standing: now }).includes('break')).toBe(what === 'agreed' && now === 'confirmed');
      }
    }
  });

  test('decides what programs are told', () => {
    expect(toldKind({ step: 'sent', standing: 'reported' })).toBe('letter-sent');
    expect(toldKind({ step: 'agreed', standing: 'reported' })).toBeNull();
    expect(toldKind({ step: 'agreed', standing: 'confirmed' })).toBe('letter-agreed');
    expect(toldKind({ step: 'agreed', standing: 'broken' })).toBe('letter-broken');
    for (const what of LETTER_STEPS) expect(toldKind({ step: what, standing: 'hidden' })).toBeNull();
  });

  test('stops the pressure when it is certain that the institution agreed, and only then', () => {
    const others = fc.array(fc.record({ step, standing }).filter((event) => event.step !== 'agreed' || event.standing !== 'confirmed'), { maxLength: 6 });
    fc.assert(
      fc.property(others, (events) => {
        expect(isAgreed(events)).toBe(false);
        expect(isAgreed([...events, { step: 'agreed', standing: 'confirmed' }])).toBe(true);
      }),
    );
  });

  test('is waited for where something is told of an institution, not where a letter is sent', () => {
    expect(LETTER_STEPS.filter((what) => awaitsModerator({ step: what, standing: 'reported' }))).toEqual(['acknowledged', 'answered', 'agreed', 'refused']);
    expect(LETTER_STANDINGS.filter((now) => awaitsModerator({ step: 'agreed', standing: now }))).toEqual(['reported']);
  });
});
