import { readFile } from 'node:fs/promises';
import { DAY } from '../src/domain/durations.ts';
import { forecastCrossing } from '../src/domain/forecast.ts';
import type { Point } from '../src/domain/gap.ts';
import { atLeast, atMost, told, type Figure } from './figure.ts';
import { backtest, summaryOf, type Backtest, type Outcome } from './forecast-backtest.ts';
import { CAP_DAYS, casesOf, type Case } from './forecast-cases.ts';
import { STORIES } from './forecast-stories.ts';

/** The forecast was tuned on worlds of the first seeds, and then told on those of the second, which it had never seen. */
const TUNING = { seed: 10_000, worlds: 200 };
const REPORT = { seed: 2_000_000, worlds: 60 };
/** How far ahead the crossing truly was. */
const AHEAD = [
  { from: 0, to: 3 },
  { from: 3, to: 10 },
  { from: 10, to: 30 },
  { from: 30, to: 90 },
  { from: 90, to: CAP_DAYS },
];
const FAMILIES = Object.keys(STORIES);
const PUBLISHED = new URL('../docs/forecast.md', import.meta.url);
const SEED = new URL('../src/cli/demo/seed/lelibreedu.csv', import.meta.url);
const TIMED = 300;

/** The forecast: how near and how sure it was on campaigns that it never saw, against a straight line, and its cost. */
export async function benchForecast(): Promise<Figure[]> {
  const report = backtest(casesOf(REPORT.seed, REPORT.worlds));
  const { cases, error, lineError, covered } = summaryOf(report.outcomes);
  const published = await readFile(PUBLISHED, 'utf8');
  return [
    atLeast('forecast: invented campaigns that it was never tuned on', REPORT.worlds * FAMILIES.length, 200, ''),
    told('forecast: moments at which it was asked', cases, ''),
    told('forecast: median error', error, 'd'),
    told('forecast: median error of a straight line through seven days', lineError, 'd'),
    atMost('forecast: share of the straight line’s error', error / lineError, 0.9, '×'),
    atLeast('forecast: share of truths that the 80 % interval holds', covered, 0.75, ''),
    atMost('forecast: share of truths that the 80 % interval holds', covered, 0.85, ''),
    atMost('forecast: days that @lelibreedu’s is off 3 or 4 September 2023', await daysOffSeed(), 0, 'd'),
    atMost('forecast: processor time of one, from 150 readings', milliseconds(), 2, 'ms'),
    atLeast('forecast: docs/forecast.md shows the table of this run', published.includes(tableOf(report)) ? 1 : 0, 1, ''),
  ];
}

/** The backtest as Markdown, for docs/forecast.md. */
export function forecastTable(): string {
  return tableOf(backtest(casesOf(REPORT.seed, REPORT.worlds)));
}

function tableOf({ outcomes, unanswered }: Backtest): string {
  const tuning = backtest(casesOf(TUNING.seed, TUNING.worlds));
  const ahead = AHEAD.map(({ from, to }) =>
    row(`truly ${from} to ${to} days ahead`, outcomes.filter(({ truth }) => truth >= from && truth < to)),
  );
  return [
    '| | moments | median error, days | of a straight line | interval holds the truth | ends too soon | begins too late |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    row('**all**', outcomes),
    ...FAMILIES.map((family) => row(family, outcomes.filter((each) => each.family === family))),
    ...ahead,
    row('the campaigns it was tuned on', tuning.outcomes),
    '',
    ...crossingsMissed(outcomes),
    `- Left out for both, because one of them gave no answer: ${unanswered} moments.`,
    '',
  ].join('\n');
}

function row(name: string, outcomes: readonly Outcome[]): string {
  const { cases, error, lineError, covered, endsBefore, beginsAfter } = summaryOf(outcomes);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const cells = [name, cases, error.toFixed(1), lineError.toFixed(1), percent(covered), percent(endsBefore), percent(beginsAfter)];
  return `| ${cells.join(' | ')} |`;
}

/** Where a method says that there is no crossing and there is one, or the other way round. */
function crossingsMissed(outcomes: readonly Outcome[]): string[] {
  const crosses = outcomes.filter(({ truth }) => truth < Infinity);
  const never = outcomes.filter(({ truth }) => truth === Infinity);
  const far = (method: 'forecast' | 'line'): number => crosses.filter((each) => each[method] > CAP_DAYS).length;
  const near = (method: 'forecast' | 'line'): number => never.filter((each) => each[method] <= CAP_DAYS).length;
  return [
    `- Of ${crosses.length} crossings within ${CAP_DAYS} days, the forecast saw none in that time ${far('forecast')} times, the line ${far('line')} times.`,
    `- Of ${never.length} moments with no crossing within ${CAP_DAYS} days, the forecast promised one ${near('forecast')} times, the line ${near('line')} times.`,
  ];
}

/** What the demo's real numbers foretold on the morning of 2 September 2023. */
async function daysOffSeed(): Promise<number> {
  const now = new Date('2023-09-02T09:00:00+02:00');
  const lines = (await readFile(SEED, 'utf8')).split('\n').map((line) => line.split(','));
  const known = (network: string): Point[] =>
    lines
      .filter(([account, at]) => account?.startsWith(`${network}:`) && new Date(at ?? '') <= now)
      .map(([, at, count]) => ({ at: new Date(at ?? ''), count: Number(count) }));
  const forecast = forecastCrossing({ kind: 'overtake' }, { fediverse: known('mastodon'), x: known('x') }, now);
  if (forecast.type !== 'crosses') return Infinity;
  const [first, end] = [new Date('2023-09-03T00:00:00+02:00'), new Date('2023-09-05T00:00:00+02:00')];
  const days = Math.max(first.getTime() - forecast.crossesOn.getTime(), forecast.crossesOn.getTime() - end.getTime(), 0) / DAY;
  return Math.ceil(days);
}

function milliseconds(): number {
  const full = casesOf(TUNING.seed, 4).filter(({ series }) => series.fediverse.length >= 150);
  const before = process.cpuUsage();
  for (let index = 0; index < TIMED; index++) {
    const { dare, series, now } = full[index % full.length] as Case;
    forecastCrossing(dare, series, now);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / TIMED;
}
