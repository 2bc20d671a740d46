import { expect, test } from '@jest/globals';
import { readHeader, readRow } from './reading-rows.ts';

const NOW = new Date('2023-09-04T08:00:00Z');
const HEADER = ['account', 'time', 'count', 'source', 'evidence'];
const row = (...fields: string[]) => readRow(HEADER, fields, NOW);

test('columns may come in any order and case, and those that may be empty may be missing', () => {
  expect(readHeader([' Count', 'TIME', 'account'])).toEqual({ ok: true, value: ['count', 'time', 'account'] });
});

test.each([
  [['account', 'count'], { type: 'missing-columns', columns: ['time'] }],
  [['account;time;count'], { type: 'missing-columns', columns: ['account', 'time', 'count'] }],
  [['account', 'time', 'count', 'sorce'], { type: 'unknown-columns', columns: ['sorce'] }],
  [['account', 'time', 'count', 'time'], { type: 'unknown-columns', columns: ['time'] }],
])('columns %j are refused', (columns, error) => {
  expect(readHeader(columns)).toEqual({ ok: false, error });
});

test('a line is read', () => {
  expect(row("'@edu@social.example", '2023-08-30T20:00:00+02:00', '2900', '', ' https://a.example/ ')).toEqual({
    ok: true,
    value: {
      account: '@edu@social.example',
      at: new Date('2023-08-30T18:00:00Z'),
      count: 2900,
      source: 'import',
      evidenceUrl: 'https://a.example/',
    },
  });
});

test.each([
  [['x:edu', '2023-08-30T20:00Z', '5850'], 'wrong-number-of-fields'],
  [['x:edu', '2023-08-30', '5850', '', ''], 'not-a-time'],
  [['x:edu', '2023-08-30T20:00', '5850', '', ''], 'not-a-time'],
  [['x:edu', '2023-02-30T20:00Z', '5850', '', ''], 'not-a-time'],
  [['x:edu', '30/08/2023 20:00', '5850', '', ''], 'not-a-time'],
  [['x:edu', '2024-08-30T20:00Z', '5850', '', ''], 'in-the-future'],
  [['x:edu', '2023-08-30T20:00Z', '5 850', '', ''], 'not-a-count'],
  [['x:edu', '2023-08-30T20:00Z', '5.8k', '', ''], 'not-a-count'],
  [['x:edu', '2023-08-30T20:00Z', '', '', ''], 'not-a-count'],
  [['x:edu', '2023-08-30T20:00Z', '-1', '', ''], 'not-a-count'],
  [['x:edu', '2023-08-30T20:00Z', '5850', 'twitter', ''], 'unknown-source'],
  [['x:edu', '2023-08-30T20:00Z', '5850', '', 'see below'], 'not-a-web-address'],
])('%j is refused', (fields, type) => {
  expect(row(...fields)).toEqual({ ok: false, error: { type } });
});
