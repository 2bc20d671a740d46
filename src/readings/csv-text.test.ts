import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromCsvText, toCsvText } from './csv-text.ts';

test.each(['=1+1', '+1', '-1', '@user@host', '\t=1', '\r=1', '\n=1', '＝1', "'=1", "''@a"])('%j is no formula any more', (text) => {
  expect(toCsvText(text)).toBe(`'${text}`);
});

test.each(['https://a.example/', 'x:user', '', "'", "l'État", "'quoted'"])('%j stays as it is', (text) => {
  expect(toCsvText(text)).toBe(text);
  expect(fromCsvText(text)).toBe(text);
});

test('every text comes back', () => {
  const text = fc.string({ unit: fc.constantFrom('=', '+', "'", '@', '-', '\t', 'a', '＝') });
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (each) => fromCsvText(toCsvText(each)) === each));
});
