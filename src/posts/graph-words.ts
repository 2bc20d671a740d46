import type { Point } from '../domain/gap.ts';
import { silences } from '../domain/silence.ts';
import { translator, type PostLanguage, type Translator } from '../platform/text.ts';
import { MOST_NOTES, type GraphFacts } from './graph-facts.ts';

const FEW = 6;

/** What the graph shows, in one line. */
export function graphTitle(facts: GraphFacts, language: PostLanguage): string {
  const { t } = translator(language);
  const { fediverse, x } = facts.names;
  if (facts.dare.kind === 'reach') return t('graph.titleReach', { fediverse });
  if (facts.dare.kind === 'open') return t('graph.titleOpen', { x });
  return t(facts.crossing ? 'graph.titleWon' : 'graph.titleOvertake', { fediverse, x });
}

/** How many points each line is drawn in, which may be fewer than there are readings. */
type Drawn = { readonly fediverse: number; readonly x: number };

/** The data of the graph in words, for those who do not see it. */
export function describeGraph(facts: GraphFacts, drawn: Drawn, language: PostLanguage): string {
  const text = translator(language);
  const { series, names, timeZone } = facts;
  const sentences = [
    ...describePeriod([...series.fediverse, ...series.x], timeZone, text),
    ...describeSeries({ name: names.fediverse, points: series.fediverse, drawn: drawn.fediverse }, timeZone, text),
    ...describeSeries({ name: names.x, points: series.x, drawn: drawn.x }, timeZone, text),
  ];
  if (sentences.length === 0) return emptyWords(facts, text);
  if (facts.dare.kind === 'reach') sentences.push(text.t('graph.descTarget', { target: facts.dare.target }));
  if (facts.crossing) {
    sentences.push(text.t('graph.descCrossing', { at: text.date(facts.crossing, 'dayYear', timeZone) }));
  }
  const told = notesWithin(facts).slice(0, MOST_NOTES).toReversed();
  sentences.push(...told.map(({ at, text: words }) => text.t('graph.descNote', { at: text.date(at, 'dayYear', timeZone), words })));
  if (facts.endedAt) sentences.push(text.t('graph.descEnded', { at: text.date(facts.endedAt, 'dayYear', timeZone) }));
  return sentences.join(' ');
}

/** What is said where no line is. */
export function emptyWords({ isPart }: GraphFacts, text: Translator<PostLanguage>): string {
  return text.t(isPart ? 'graph.emptyPart' : 'graph.empty');
}

/** Those about the time that is shown, which may be a part of all. */
function notesWithin({ series, notes }: GraphFacts): GraphFacts['notes'] {
  const times = [...series.fediverse, ...series.x].map(({ at }) => at.getTime());
  const [from, to] = [Math.min(...times), Math.max(...times)];
  return notes.filter(({ at }) => at.getTime() >= from && at.getTime() <= to);
}

function describePeriod(points: readonly Point[], timeZone: string, text: Translator<PostLanguage>): string[] {
  const times = points.map((point) => point.at.getTime()).sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const day = (time: number): string => text.date(new Date(time), 'dayYear', timeZone);
  if (day(first) === day(last)) return [text.t('graph.descDay', { at: day(first) })];
  return [text.t('graph.descPeriod', { from: day(first), to: day(last) })];
}

type Line = { readonly name: string; readonly points: readonly Point[]; readonly drawn: number };

function describeSeries({ name, points, drawn }: Line, timeZone: string, text: Translator<PostLanguage>): string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  if (points.length <= FEW) {
    const counts = points.map((point) => text.number(point.count)).join(text.t('graph.descThen'));
    return [text.t('graph.descFew', { name, counts })];
  }
  const many = text.t('graph.descMany', { name, first: first.count, last: last.count, points: drawn });
  return [many, ...describeSilences(points, timeZone, text)];
}

function describeSilences(points: readonly Point[], timeZone: string, text: Translator<PostLanguage>): string[] {
  const day = (at: Date): string => text.date(at, 'dayYear', timeZone);
  const told = silences(points).slice(-FEW);
  return told.map(({ from, to }) => text.t('graph.descSilence', { from: day(from), to: day(to) }));
}
