import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutIntoSteps, MOST_STEPS } from './reading-steps.ts';

const now = new Date('2023-09-02T07:30:00Z');
const at = (text: string): Date => new Date(text);

test('steps end where the period ends', () => {
  const steps = cutIntoSteps({ from: at('2023-08-30T00:00:00Z'), to: at('2023-09-02T06:00:00Z'), step: '1d' }, now);
  expect(steps).toEqual({
    ok: true,
    value: { from: at('2023-08-29T06:00:00Z'), to: at('2023-09-02T06:00:00Z'), parts: 4 },
  });
});

test('without an end, they stay where they are until the step is over', () => {
  const asked = { from: at('2023-08-30T00:00:00Z'), to: null, step: '1d' };
  const morning = cutIntoSteps(asked, now);
  expect(morning).toMatchObject({ value: { to: at('2023-09-03T00:00:00Z'), parts: 4 } });
  expect(cutIntoSteps(asked, at('2023-09-02T23:59:59Z'))).toEqual(morning);
});

test('a moment is a step', () => {
  expect(cutIntoSteps({ from: now, to: now, step: null }, now)).toMatchObject({ ok: true, value: { parts: 1 } });
});

test('a period cannot end before it begins', () => {
  const asked = { from: at('2023-09-02T00:00:00Z'), to: at('2023-09-01T00:00:00Z'), step: null };
  expect(cutIntoSteps(asked, now)).toEqual({ ok: false, error: { type: 'empty-range' } });
});

test('a step too fine for the period is refused', () => {
  const asked = { from: at('2023-01-01T00:00:00Z'), to: null, step: '1m' };
  expect(cutIntoSteps(asked, now)).toEqual({ ok: false, error: { type: 'too-many-steps', most: MOST_STEPS } });
});

test('when no step is asked for, one fits any period', () => {
  const moment = fc.date({ min: at('1970-01-01T00:00:00Z'), max: at('2200-01-01T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, moment, fc.boolean(), (a, b, open) => {
      const [from, to] = a <= b ? [a, b] : [b, a];
      const steps = cutIntoSteps({ from, to: open ? null : to, step: null }, to);
      return steps.ok && steps.value.parts <= MOST_STEPS && steps.value.from <= from && steps.value.to >= to;
    }),
  );
});
