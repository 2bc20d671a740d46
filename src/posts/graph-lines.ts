import { line } from 'd3-shape';
import type { Silence } from '../domain/silence.ts';
import { textWidth } from './card-text.ts';
import { halo, write, type Canvas, type Side } from './graph-canvas.ts';
import type { GraphFacts } from './graph-facts.ts';
import { between, countAt, meetingPoint, withoutSilences, type Place } from './graph-series.ts';

const MOST_MARKERS = 14;
const SILENCE_SIZE = 12;

/** The gap still to close in violet; what was gained after the crossing in sun. */
export function drawAreas({ facts, silent, frame, paint }: Canvas): string {
  if (facts.dare.kind !== 'overtake') return '';
  const meeting = facts.crossing && meetingPoint(facts.series, facts.dare, facts.crossing);
  const turn = meeting?.at ?? frame.to;
  const parts = [
    { from: frame.from, to: turn, fill: paint.violet, opacity: '.09' },
    { from: turn, to: frame.to, fill: paint.sun, opacity: '.3' },
  ];
  return parts
    .map(({ from, to, fill, opacity }) => {
      const stretches = withoutSilences(overlap(facts, from, to), [...silent.fediverse, ...silent.x]);
      const outlines = stretches.map((stretch) => {
        const below = between(facts.series.fediverse, stretch.from, stretch.to).map(frame.place);
        const above = between(facts.series.x, stretch.from, stretch.to).map(frame.place);
        return outline(below, above);
      });
      return outlines.length === 0 ? '' : `<path d="${outlines.join('')}" fill="${fill}" fill-opacity="${opacity}"/>`;
    })
    .join('');
}

/** The stretch within `from…to` in which both accounts were read. */
function overlap({ series }: GraphFacts, from: Date, to: Date): Silence {
  const starts = [series.fediverse[0], series.x[0]].map((point) => point?.at.getTime() ?? Infinity);
  const ends = [series.fediverse.at(-1), series.x.at(-1)].map((point) => point?.at.getTime() ?? -Infinity);
  const start = Math.max(from.getTime(), ...starts);
  const end = Math.min(to.getTime(), ...ends);
  return { from: new Date(start), to: new Date(end) };
}

function outline(below: readonly Place[], above: readonly Place[]): string {
  const places = [...below, ...above.toReversed()].map((place): [number, number] => [place.x, place.y]);
  return `${line().digits(1)(places) ?? ''}Z`;
}

/** The line of one account, as straight lines from reading to reading. */
export function drawSeries({ lines, frame, paint }: Canvas, side: Side): string {
  const places = lines[side].map((readings) => readings.map(frame.place));
  const draw = line<Place>((place) => place.x, (place) => place.y).digits(1);
  const path = places.flatMap((readings) => (readings.length > 1 ? [draw(readings) ?? ''] : [])).join('');
  const stroke =
    side === 'fediverse'
      ? `stroke="${paint.violet}" stroke-width="3" stroke-linecap="round"`
      : `stroke="${paint.ink}" stroke-width="2.25" stroke-dasharray="6 5"`;
  const markers = markedPlaces(places).map(({ x, y }) =>
    side === 'fediverse' ? `<circle cx="${x}" cy="${y}" r="4.5"/>` : `<path d="M${x - 4} ${y - 4}h8v8h-8z"/>`,
  );
  return (
    (path === '' ? '' : `<path class="line-${side}" d="${path}" fill="none" ${stroke} stroke-linejoin="round"/>`) +
    `<g fill="${paint.card}" stroke="${side === 'fediverse' ? paint.violet : paint.ink}" stroke-width="2.5">${markers.join('')}</g>`
  );
}

/** Few readings are marked each; of many only the last one, and those that no line leads to. */
function markedPlaces(places: readonly (readonly Place[])[]): Place[] {
  const all = places.flat();
  if (all.length <= MOST_MARKERS) return all;
  const alone = places.filter(({ length }) => length === 1).flat().slice(-MOST_MARKERS);
  return [...new Set([...alone, ...all.slice(-1)])];
}

/** What an interrupted line means, where there is room to say so. */
export function drawSilences({ facts, silent, frame, paint, text }: Canvas): string {
  const label = text.t('graph.silence');
  const room = textWidth(label, false) * SILENCE_SIZE + 4;
  const words = (['fediverse', 'x'] as const).flatMap((side) =>
    silent[side].flatMap(({ from, to }) => {
      const middle = (frame.x(from) + frame.x(to)) / 2;
      const count = countAt(facts.series[side], new Date((from.getTime() + to.getTime()) / 2));
      const isNarrow = frame.x(to) - frame.x(from) < room;
      return isNarrow || count === null ? [] : [write(middle, frame.y(count) + 4, label, 'inherit', '')];
    }),
  );
  if (words.length === 0) return '';
  return `<g fill="${paint.soft}" font-size="${SILENCE_SIZE}" text-anchor="middle" ${halo(paint)}>${words.join('')}</g>`.replaceAll(' fill="inherit"', '');
}
