import { describe, expect, test } from '@jest/globals';
import { CAMPAIGN_STATES } from './campaign-lifecycle.ts';
import { DARE_KINDS, type Dare } from './dare.ts';
import { DAY, HOUR } from './durations.ts';
import type { Milestone } from './milestones.ts';
import { daysLeft, MOMENTS, momentsOf, recordGain, type MomentFacts } from './post-moments.ts';

const NOW = new Date('2023-09-02T07:30:00Z');
const ago = (milliseconds: number): Date => new Date(NOW.getTime() - milliseconds);
const ahead = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

const QUIET: MomentFacts = {
  state: 'live',
  dare: { kind: 'overtake' },
  fediverse: 2_900,
  x: 5_850,
  pledges: 0,
  milestones: [],
  launchedAt: ago(20 * DAY),
  deadline: null,
  answered: false,
  now: NOW,
};
const half = (value: number): Milestone => ({ kind: 'half', at: ago(9 * DAY), value });
const record = (at: Date): Milestone => ({ kind: 'record-day', at, value: 400 });

describe('the moments of a campaign', () => {
  test.each<[string, Partial<MomentFacts>, readonly string[]]>([
    ['on any day', {}, ['progress', 'dare']],
    ['with promises', { pledges: 3 }, ['progress', 'dare', 'thanks']],
    ['before the first numbers', { fediverse: null, x: null }, ['dare']],
    ['not online yet', { state: 'preview', launchedAt: null }, ['launch', 'progress', 'dare']],
    ['just launched', { launchedAt: ago(3 * DAY) }, ['launch', 'progress', 'dare']],
    ['launched a while ago', { launchedAt: ago(3 * DAY + HOUR) }, ['progress', 'dare']],
    ['with a hundred to go', { fediverse: 5_751 }, ['last-hundred', 'progress', 'dare']],
    ['with a hundred and one to go', { fediverse: 5_750 }, ['progress', 'dare']],
    ['already ahead', { fediverse: 5_851 }, ['dare']],
    ['to reach a number, near it', { dare: { kind: 'reach', target: 3_000 }, x: null }, ['last-hundred', 'progress', 'dare']],
    ['a week before its deadline', { deadline: ahead(7 * DAY) }, ['deadline-near', 'progress', 'dare']],
    ['eight days before its deadline', { deadline: ahead(7 * DAY + HOUR) }, ['progress', 'dare']],
    ['after its deadline', { deadline: ago(HOUR) }, ['progress', 'dare']],
    ['half of the way done', { milestones: [half(2_951)] }, ['halfway', 'progress', 'dare']],
    ['still about half', { milestones: [half(3_600)] }, ['halfway', 'progress', 'dare']],
    ['well past half', { milestones: [half(4_000)] }, ['progress', 'dare']],
    ['fallen back from half', { milestones: [half(2_400)] }, ['progress', 'dare']],
    ['after a record day', { milestones: [record(ago(DAY))] }, ['record', 'progress', 'dare']],
    ['long after a record day', { milestones: [record(ago(4 * DAY))] }, ['progress', 'dare']],
    ['answered', { answered: true }, ['answered', 'progress', 'dare']],
    ['with all at once', { fediverse: 5_800, deadline: ahead(DAY), milestones: [half(50), record(NOW)], answered: true, pledges: 9 }, ['last-hundred', 'deadline-near', 'halfway', 'record', 'answered', 'progress', 'dare', 'thanks']],
    ['for an account to open', { dare: { kind: 'open' }, fediverse: null, x: null, pledges: 8 }, ['open', 'thanks']],
    ['won', { state: 'won', pledges: 1, deadline: ahead(DAY) }, ['won', 'thanks']],
    ['won and answered', { state: 'won', answered: true }, ['won', 'thanks', 'answered']],
    ['ended', { state: 'ended' }, ['over', 'thanks']],
    ['closed', { state: 'closed', fediverse: null }, ['over', 'thanks']],
  ])('%s', (_name, facts, moments) => {
    expect(momentsOf({ ...QUIET, ...facts })).toEqual(moments);
  });

  test('are one at least, each once, in every state', () => {
    const dares: Dare[] = DARE_KINDS.map((kind) => (kind === 'reach' ? { kind, target: 6_000 } : { kind }));
    for (const state of [...CAMPAIGN_STATES, 'preview'] as const) {
      for (const dare of dares) {
        for (const fediverse of [null, 0, 5_999, 6_001]) {
          const moments = momentsOf({ ...QUIET, state, dare, fediverse });
          expect(moments.length).toBeGreaterThan(0);
          expect(new Set(moments).size).toBe(moments.length);
          for (const moment of moments) expect(MOMENTS).toContain(moment);
        }
      }
    }
  });
});

test.each([
  [1, 1],
  [DAY, 1],
  [DAY + 1, 2],
  [0, null],
  [-DAY, null],
])('%d ms before a deadline, %p days are left', (left, days) => {
  expect(daysLeft({ deadline: ahead(left), now: NOW })).toBe(days);
});

test('of several record days the last one is told', () => {
  const milestones = [{ ...record(ago(2 * DAY)), value: 100 }, { ...record(ago(DAY)), value: 250 }];
  expect(recordGain({ milestones, now: NOW })).toBe(250);
  expect(recordGain({ milestones: [], now: NOW })).toBeNull();
});
