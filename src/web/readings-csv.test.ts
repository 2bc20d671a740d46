import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { CountedReading } from '../readings/readings.query.ts';
import { readingsCsv } from './readings-csv.ts';

const mastodon = { id: '1', network: 'mastodon', handle: 'lelibreedu@mastodon.example' };
const x = { id: '2', network: 'x', handle: 'lelibreedu' };

function reading(at: string, count: number, evidenceUrl: string | null = null): CountedReading {
  return { id: at, at: new Date(at), count, source: 'manual', evidenceUrl };
}

async function fileOf(byAccount: Record<string, CountedReading[]>): Promise<{ text: string; chunks: number }> {
  const chunks: string[] = [];
  const readingsOf = (id: string): AsyncIterable<CountedReading> => Readable.from(byAccount[id] ?? []);
  for await (const chunk of readingsCsv([mastodon, x], readingsOf)) chunks.push(chunk);
  return { text: chunks.join(''), chunks: chunks.length };
}

test('a file says who, when, how many, and how it is known', async () => {
  const { text } = await fileOf({
    1: [reading('2023-08-30T18:00:00Z', 2900)],
    2: [reading('2023-08-30T18:00:00Z', 5850, 'https://web.archive.org/x?a=1,2')],
  });
  expect(text.split('\r\n')).toEqual([
    'network,account,time,count,source,evidence,status',
    'mastodon,lelibreedu@mastodon.example,2023-08-30T18:00:00.000Z,2900,manual,,counted',
    'x,lelibreedu,2023-08-30T18:00:00.000Z,5850,manual,"https://web.archive.org/x?a=1,2",counted',
    '',
  ]);
});

test('a campaign without readings has a file with its columns', async () => {
  expect((await fileOf({})).text).toBe('network,account,time,count,source,evidence,status\r\n');
});

test('what a spreadsheet would run is text', async () => {
  const { text } = await fileOf({ 1: [reading('2023-08-30T18:00:00Z', 2900, '=HYPERLINK("https://bad.example")')] });
  expect(parse(text, { columns: true })).toMatchObject([{ evidence: '\'=HYPERLINK("https://bad.example")' }]);
});

test('a long series comes in pieces', async () => {
  const many = Array.from({ length: 1_200 }, (_, n) => reading(new Date(Date.UTC(2023, 0, 1, n)).toISOString(), n));
  const { text, chunks } = await fileOf({ 1: many });
  expect(chunks).toBe(3);
  expect(parse(text, { columns: true })).toHaveLength(1_200);
});
