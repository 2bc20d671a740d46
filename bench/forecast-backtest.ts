import { DAY } from '../src/domain/durations.ts';
import { forecastCrossing, type Forecast } from '../src/domain/forecast.ts';
import { median } from './figure.ts';
import { CAP_DAYS, type Case } from './forecast-cases.ts';
import { straightLine } from './straight-line.ts';

/** What was said at one standing point, and what came true: in days from then; Infinity: no crossing. */
export interface Outcome {
  family: string;
  truth: number;
  forecast: number;
  line: number;
  /** Null where no crossing was forecast. */
  interval: { earliest: number; latest: number } | null;
}

interface Summary {
  cases: number;
  /** Median errors in days, over the cases that do cross. */
  error: number;
  lineError: number;
  /** Of the intervals that were told, the share that holds the truth, ends before it, begins after it. */
  covered: number;
  endsBefore: number;
  beginsAfter: number;
}

/** The outcomes of the cases that both methods answer, and how many the others are. */
export interface Backtest {
  outcomes: Outcome[];
  unanswered: number;
}

export function backtest(cases: readonly Case[]): Backtest {
  const outcomes = cases.flatMap(({ family, dare, series, now, truth }): Outcome[] => {
    const forecast = forecastCrossing(dare, series, now);
    const line = straightLine(dare, series, now);
    if (forecast.type === 'not-enough-data' || line === null) return [];
    return [{ family, truth, line, ...inDays(forecast, now) }];
  });
  return { outcomes, unanswered: cases.length - outcomes.length };
}

export function summaryOf(outcomes: readonly Outcome[]): Summary {
  const crossing = outcomes.filter(({ truth }) => truth < Infinity);
  const intervals = outcomes.flatMap(({ interval, truth }) => (interval === null ? [] : [{ ...interval, truth }]));
  const before = intervals.filter(({ latest, truth }) => latest < Math.min(truth, CAP_DAYS)).length;
  const after = intervals.filter(({ earliest, truth }) => earliest > truth).length;
  return {
    cases: outcomes.length,
    error: median(crossing.map(({ forecast, truth }) => Math.abs(capped(forecast) - truth))),
    lineError: median(crossing.map(({ line, truth }) => Math.abs(capped(line) - truth))),
    covered: (intervals.length - before - after) / intervals.length,
    endsBefore: before / intervals.length,
    beginsAfter: after / intervals.length,
  };
}

/** No crossing, or one far ahead, counts as one on the last day that is looked at. */
function capped(days: number): number {
  return Math.min(days, CAP_DAYS);
}

function inDays(forecast: Forecast, now: Date): Pick<Outcome, 'forecast' | 'interval'> {
  if (forecast.type !== 'crosses') return { forecast: forecast.type === 'crossed' ? 0 : Infinity, interval: null };
  const daysTo = (at: Date): number => (at.getTime() - now.getTime()) / DAY;
  const { crossesOn, earliest, latest } = forecast;
  return {
    forecast: daysTo(crossesOn),
    interval: { earliest: daysTo(earliest), latest: latest === null ? Infinity : daysTo(latest) },
  };
}
