import { expect, test } from '@jest/globals';
import { isTrusted, moderatorText, namelessText, readerOf, readerText } from './readers.ts';

const ID = '018a5e2c-0000-7000-8000-000000000001';

test('what is written is read again', () => {
  const reader = { kind: 'campaigner', names: ['one', 'two'] } as const;
  expect(readerText(reader)).toBe('campaigner #one #two');
  expect(readerOf(readerText(reader))).toEqual(reader);
});

test('a program is nobody', () => {
  expect(readerOf('')).toBeNull();
});

test.each([
  ['', true],
  [moderatorText(ID), true],
  [readerText({ kind: 'stranger', names: ['checked'] }), false],
  [namelessText('stranger #one #two', ID, 'forgotten'), false],
  [namelessText('campaigner #one', ID, 'checked'), true],
])('“%s” is trusted: %s', (text, trusted) => {
  expect(isTrusted(text)).toBe(trusted);
});

test('whoever is forgotten keeps what they were, and no name', () => {
  expect(readerOf(namelessText('campaigner #one', ID, 'forgotten'))).toEqual({ kind: 'campaigner', names: [] });
  expect(namelessText('campaigner #one', ID, 'forgotten')).toContain(ID);
});
