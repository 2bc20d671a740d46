import { expect, test } from '@jest/globals';
import { fail, ok } from './result.ts';

test('a success carries its value and a failure its error', () => {
  expect(ok(3)).toEqual({ ok: true, value: 3 });
  expect(fail({ type: 'gone' })).toEqual({ ok: false, error: { type: 'gone' } });
});
