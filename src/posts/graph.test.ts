import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dare } from '../domain/dare.ts';
import type { Point } from '../domain/gap.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { sparkline } from './card-sparkline.ts';
import { timeTicks, valueAxis } from './graph-axes.ts';
import type { GraphFacts } from './graph-facts.ts';
import { between, countAt, meetingPoint, spread, thinOut, withoutSilences } from './graph-series.ts';
import { PALETTES } from './graph-theme.ts';
import { drawGraph } from './graph.ts';

const DAY = 86_400_000;
const point = (time: string, count: number): Point => ({ at: new Date(time), count });
const LELIBREEDU: GraphFacts = {
  series: {
    fediverse: [point('2023-08-30T16:00Z', 2900), point('2023-09-02T07:10Z', 5090), point('2023-09-04T06:30Z', 5876)],
    x: [point('2023-08-30T16:00Z', 5850), point('2023-09-02T07:00Z', 5840), point('2023-09-04T06:30Z', 5832)],
  },
  names: { fediverse: 'Mastodon', x: 'X' },
  dare: { kind: 'overtake' },
  milestones: [{ at: new Date('2023-08-30T16:00Z'), label: 'Launched' }],
  notes: [],
  crossing: new Date('2023-09-04T06:30Z'),
  asOf: new Date('2023-09-04T06:30Z'),
  endedAt: null,
  isPart: false,
  timeZone: 'Europe/Paris',
};

const series = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 * 365 * 24 * 60 }), fc.integer({ min: 0, max: 5_000_000 })), { maxLength: 300 })
  .map((pairs) =>
    pairs
      .map(([minute, count]) => ({ at: new Date(Date.UTC(2024, 0) + minute * 60_000), count }))
      .sort((a, b) => a.at.getTime() - b.at.getTime()),
  );
const dare: fc.Arbitrary<Dare> = fc.oneof(
  fc.constant<Dare>({ kind: 'overtake' }),
  fc.constant<Dare>({ kind: 'open' }),
  fc.integer({ min: 1, max: 1_000_000 }).map((target): Dare => ({ kind: 'reach', target })),
);
const facts: fc.Arbitrary<GraphFacts> = fc.record({
  series: fc.record({ fediverse: series, x: series }),
  names: fc.record({ fediverse: fc.constantFrom('Mastodon', 'GoToSocial', 'PeerTube'), x: fc.constant('X') }),
  dare,
  milestones: fc.array(fc.record({ at: fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), label: fc.string() })),
  notes: fc.array(fc.record({ at: fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), count: fc.integer({ min: 0, max: 5_000_000 }), text: fc.string({ maxLength: 280 }) })),
  crossing: fc.option(fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })),
  asOf: fc.option(fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })),
  endedAt: fc.option(fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })),
  isPart: fc.boolean(),
  timeZone: fc.constantFrom('Europe/Paris', 'UTC', 'America/New_York', 'Asia/Kolkata'),
});
const look = fc.record({
  language: fc.constantFrom('fr' as const, 'en' as const),
  theme: fc.constantFrom('page' as const, 'auto' as const, 'light' as const, 'dark' as const),
  size: fc.constantFrom('wide' as const, 'narrow' as const),
  id: fc.constant('g'),
});

/** The places that a line goes through, interrupted or not. */
function placesOf(svg: string, line: string): [number, number][] {
  const path = new RegExp(`class="${line}" d="M([^"]*)"`).exec(svg)?.[1] ?? '';
  return path
    .split(/[LM]/)
    .filter(Boolean)
    .map((pair) => pair.split(',').map(Number) as [number, number]);
}

describe('any graph', () => {
  test('is well-formed, finite and under 8 kB', () => {
    fc.assert(
      fc.property(facts, look, (some, how) => {
        const svg = drawGraph({ ...some, milestones: some.milestones.map((one) => ({ ...one, label: 'x' })) }, how);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
        expect(svg.length).toBeLessThanOrEqual(8192);
        expect((svg.match(/<g[ >]/g) ?? []).length).toBe((svg.match(/<\/g>/g) ?? []).length);
      }),
      { numRuns: 150 },
    );
  });

  test('keeps its lines inside the plot and never turns back in time', () => {
    fc.assert(
      fc.property(facts, look, (some, how) => {
        const svg = drawGraph(some, how);
        const edge = (name: string): number => Number(new RegExp(`data-${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0);
        for (const line of ['line-fediverse', 'line-x']) {
          let before = edge('left');
          for (const [x, y] of placesOf(svg, line)) {
            expect(x).toBeGreaterThanOrEqual(before);
            expect(x).toBeLessThanOrEqual(edge('right') + 0.1);
            expect(y).toBeGreaterThanOrEqual(edge('top') - 0.1);
            expect(y).toBeLessThanOrEqual(edge('bottom') + 0.1);
            before = x;
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the graph of @lelibreedu', () => {
  const svg = drawGraph(LELIBREEDU, { language: 'fr', theme: 'page', size: 'wide', id: 'g' });

  test('says its data in words', () => {
    expect(svg).toContain('<title id="g-title">Mastodon passe devant X</title>');
    expect(svg).toContain(
      'Du 30 août 2023 au 4 septembre 2023. Mastodon\u00a0: 2\u202f900, puis 5\u202f090, puis 5\u202f876 abonnés. X\u00a0: 5\u202f850, puis 5\u202f840, puis 5\u202f832 abonnés. Le défi est gagné le 4 septembre 2023.',
    );
    expect(svg).toContain('role="img" aria-labelledby="g-title g-desc"');
  });

  test('says who is who on the lines, with dashes for X and a ring at the crossing', () => {
    expect(svg).toMatch(/>Mastodon<tspan[^>]*>5\u202f876</);
    expect(svg).toMatch(/>X<tspan[^>]*>5\u202f832</);
    expect(svg).toMatch(/class="line-x"[^>]*stroke-dasharray/);
    expect(svg).toContain('class="crossing"');
  });

  test('takes its colours from the page, or brings its own', () => {
    expect(svg).toContain('stroke="var(--violet)"');
    expect(svg).not.toContain('<style');
    const alone = drawGraph(LELIBREEDU, { language: 'en', theme: 'auto', size: 'wide', id: 'g' });
    expect(alone).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(alone).toContain('prefers-color-scheme:dark');
    expect(drawGraph(LELIBREEDU, { language: 'en', theme: 'dark', size: 'wide', id: 'g' })).toContain(PALETTES.dark.violet);
  });

  test('is frozen when it ends, not gone', () => {
    const ended = drawGraph({ ...LELIBREEDU, crossing: null, endedAt: new Date('2023-09-04T21:00Z') }, { language: 'en', theme: 'page', size: 'wide', id: 'g' });
    expect(ended).toContain('Ended on 4 September');
    expect(ended).toContain('class="line-fediverse"');
  });

  test('escapes what comes from elsewhere', () => {
    const names = { fediverse: '<script>', x: '"&' };
    expect(drawGraph({ ...LELIBREEDU, names }, { language: 'en', theme: 'page', size: 'wide', id: 'g' })).not.toContain('<script');
  });
});

describe('a silence', () => {
  const hourly = (from: string, hours: number, count: number): Point[] =>
    Array.from({ length: hours }, (_, hour) => ({ at: new Date(Date.parse(from) + hour * 3_600_000), count: count + hour }));
  const interrupted: GraphFacts = {
    ...LELIBREEDU,
    series: {
      fediverse: [...hourly('2023-08-01T00:00Z', 48, 2000), ...hourly('2023-08-20T00:00Z', 48, 3000), point('2023-08-29T00:00Z', 3100)],
      x: hourly('2023-08-01T00:00Z', 700, 5000),
    },
    crossing: null,
  };
  const pageLook = { language: 'en', theme: 'light', size: 'wide', id: 'g' } as const;
  const svg = drawGraph(interrupted, pageLook);

  test('interrupts the line of its account alone, and is said in words', () => {
    const [, line = ''] = /class="line-fediverse" d="([^"]*)"/.exec(svg) ?? [];
    expect(line.match(/M/g)).toHaveLength(2);
    expect(/class="line-x" d="([^"]*)"/.exec(svg)?.[1]?.match(/M/g)).toHaveLength(1);
    expect(svg).toContain('Not read from 3 August 2023 to 20 August 2023.');
    expect(svg.match(/>not read</g)).toHaveLength(2);
  });

  test('says in how many points a long line is drawn, and not how many readings there are', () => {
    const long = { ...interrupted, series: { fediverse: hourly('2023-08-01T00:00Z', 150, 2000), x: [] } };
    const drawn = drawGraph(long, pageLook);
    expect(drawn).toContain('Mastodon: from 2,000 to 2,149 followers, drawn in 90 points.');
    expect(placesOf(drawn, 'line-fediverse')).toHaveLength(90);
  });

  test('has no area between the lines, and a reading alone between two of them is marked', () => {
    const [, area = ''] = /<path d="([^"]*Z)" fill="#5b3fd6"/.exec(svg) ?? [];
    expect(area.match(/Z/g)).toHaveLength(2);
    const markers = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(markers).toHaveLength(1);
    expect(Math.max(...placesOf(svg, 'line-fediverse').map(([x]) => x))).toBeLessThan(markers[0] ?? 0);
  });

  test('is left out of any stretch', () => {
    const at = (day: number): Date => new Date(day * DAY);
    const silent = [{ from: at(6), to: at(8) }, { from: at(2), to: at(4) }, { from: at(3), to: at(5) }];
    expect(withoutSilences({ from: at(0), to: at(10) }, silent)).toEqual([
      { from: at(0), to: at(2) },
      { from: at(5), to: at(6) },
      { from: at(8), to: at(10) },
    ]);
    expect(withoutSilences({ from: at(3), to: at(7) }, silent)).toEqual([{ from: at(5), to: at(6) }]);
    expect(withoutSilences({ from: at(7), to: at(3) }, silent)).toEqual([]);
  });
});

test.each([['en', 'There is no reading in this period.'], ['fr', 'Aucun relevé sur cette période.']] as const)('of a period without any reading, it says so in %s', (language, words) => {
  const none = { ...LELIBREEDU, isPart: true, series: { fediverse: [], x: [] }, asOf: null };
  const svg = drawGraph(none, { language, theme: 'light', size: 'wide', id: 'g' });
  expect(svg).toContain(`<desc id="g-desc">${words}</desc>`);
  expect(svg).toContain(`>${words}</text>`);
  expect(svg).not.toContain('stroke-dasharray');
});

test('with nothing read yet, it says so kindly', () => {
  const svg = drawGraph(
    { ...LELIBREEDU, series: { fediverse: [], x: [] }, crossing: null, asOf: null, milestones: [] },
    { language: 'fr', theme: 'page', size: 'narrow', id: 'g' },
  );
  expect(svg).toContain('Le premier relevé arrive bientôt.');
  expect(svg).not.toContain('data-from');
});

describe('the vertical axis', () => {
  test('holds every value, in whole ticks, and says when it does not start at zero', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 }), fc.constantFrom(3, 4), (values, count) => {
        const axis = valueAxis(values, count);
        expect(axis.min).toBeLessThanOrEqual(Math.min(...values));
        expect(axis.max).toBeGreaterThanOrEqual(Math.max(...values));
        expect(axis.ticks.every(Number.isInteger)).toBe(true);
        expect(axis.ticks.length).toBeGreaterThan(0);
        expect(axis.truncated).toBe(axis.min > 0);
      }),
    );
  });

  test('does not make a mountain of a ripple', () => {
    const axis = valueAxis([100_000, 100_003], 4);
    expect(axis.max - axis.min).toBeGreaterThanOrEqual(10_000);
  });

  test('starts at zero when that costs little', () => {
    expect(valueAxis([10, 90], 4).min).toBe(0);
    expect(valueAxis([5000, 6000], 4).truncated).toBe(true);
  });
});

describe('the horizontal axis', () => {
  test('has few ticks, inside the stretch, from a minute to a century', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 36_500 }),
        fc.constantFrom(4, 7),
        fc.constantFrom('Europe/Paris', 'Asia/Kolkata', 'America/New_York'),
        (days, room, zone) => {
          const from = new Date('2023-08-30T16:00Z');
          const to = new Date(from.getTime() + days * DAY);
          const ticks = timeTicks(from, to, room, zone, 'fr');
          expect(ticks.length).toBeGreaterThan(0);
          expect(ticks.length).toBeLessThanOrEqual(room + 1);
          for (const { at } of ticks) expect(at >= from && at <= to).toBe(true);
        },
      ),
    );
  });

  test('stands at midnight of the campaign’s own time zone and says only what changed', () => {
    const ticks = timeTicks(new Date('2023-08-30T16:00Z'), new Date('2023-09-04T06:30Z'), 7, 'Europe/Paris', 'fr');
    expect(ticks.map(({ label }) => label)).toEqual(['31 août', '1er sept.', '2', '3', '4']);
    expect(ticks[0]?.at.toISOString()).toBe('2023-08-30T22:00:00.000Z');
  });

  test('goes by hours, months and years when it must', () => {
    const labels = (from: string, to: string): string[] =>
      timeTicks(new Date(from), new Date(to), 7, 'UTC', 'en').map(({ label }) => label);
    expect(labels('2023-09-01T20:00Z', '2023-09-02T10:00Z')).toEqual(['21:00', '2 Sept', '03:00', '06:00', '09:00']);
    expect(labels('2023-01-15T00:00Z', '2023-08-01T00:00Z')).toEqual(['Feb 2023', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug']);
    expect(labels('2020-06-01T00:00Z', '2026-03-01T00:00Z')[0]).toBe('Jan 2021');
  });
});

describe('a series', () => {
  test('is thinned to real readings only, both ends included', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 3, max: 90 }), (points, limit) => {
        const kept = thinOut(points, limit);
        expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 0));
        expect(kept.every((one) => points.includes(one))).toBe(true);
        expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
      }),
    );
  });

  test('is known between its readings and nowhere else', () => {
    const points = [point('2023-01-01T00:00Z', 0), point('2023-01-03T00:00Z', 20)];
    expect(countAt(points, new Date('2023-01-02T00:00Z'))).toBe(10);
    expect(countAt(points, new Date('2023-01-04T00:00Z'))).toBeNull();
    expect(countAt(points, new Date('2022-01-04T00:00Z'))).toBeNull();
    expect(between(points, new Date('2023-01-02T00:00Z'), new Date('2023-01-09T00:00Z'))).toEqual([
      { at: new Date('2023-01-02T00:00Z'), count: 10 },
      points[1],
    ]);
  });

  test('meets the other one where the lines cross', () => {
    const met = meetingPoint(LELIBREEDU.series, LELIBREEDU.dare, new Date('2023-09-04T06:30Z'));
    expect(met?.count).toBeGreaterThan(5800);
    expect(met?.at.getTime()).toBeLessThan(Date.parse('2023-09-04T06:30Z'));
    expect(met?.at.getTime()).toBeGreaterThan(Date.parse('2023-09-02T07:10Z'));
  });
});

test('labels are spread apart within their bounds', () => {
  fc.assert(
    fc.property(fc.double({ min: 50, max: 250, noNaN: true }), fc.double({ min: 50, max: 250, noNaN: true }), (a, b) => {
      const [first = 0, second = 0] = spread([a, b], 38, 50, 250);
      expect(Math.abs(first - second)).toBeGreaterThanOrEqual(37.999);
      expect(Math.min(first, second)).toBeGreaterThanOrEqual(50);
      expect(Math.max(first, second)).toBeLessThanOrEqual(250);
      expect(Math.sign(first - second) === Math.sign(a - b) || a === b).toBe(true);
    }),
  );
});

test('a sparkline fits its box', () => {
  const { stroke } = sparkline(LELIBREEDU.series.fediverse, 100, 40);
  expect(stroke).toMatch(/^M0,40L.*100,0$/);
});

test('pictures and pages have the same colours', () => {
  const css = readFileSync(join(PROJECT_ROOT, 'public', 'app.css'), 'utf8');
  const shared = Object.keys(PALETTES.light) as (keyof typeof PALETTES.light)[];
  for (const name of shared) expect(css).toContain(`--${name}: var(--light, ${PALETTES.light[name]}) var(--dark, ${PALETTES.dark[name]});`);
  // Once for all who look at a page in the dark, whoever wishes that.
  for (const colour of [...Object.values(PALETTES.dark), '#272339']) expect(css.split(colour)).toHaveLength(2);
});
