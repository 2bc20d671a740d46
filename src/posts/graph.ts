import { silences } from '../domain/silence.ts';
import { escapeHtml, translator, type PostLanguage } from '../platform/text.ts';
import { halo, write, type Canvas } from './graph-canvas.ts';
import { MOST_NOTES, type GraphFacts } from './graph-facts.ts';
import { createFrame, type Frame, type GraphSize } from './graph-frame.ts';
import { drawAreas, drawSeries, drawSilences } from './graph-lines.ts';
import { interruptedLines, meetingPoint, spread, type Place } from './graph-series.ts';
import { paintOf, themeStyle, type GraphTheme } from './graph-theme.ts';
import { describeGraph, emptyWords, graphTitle } from './graph-words.ts';

/** How it is drawn. `id` is the prefix of element ids, unique in the page. */
export type GraphLook = {
  readonly language: PostLanguage;
  readonly theme: GraphTheme;
  readonly size: GraphSize;
  readonly id: string;
};

/** How it is drawn as a part of a picture. */
type PartLook = { readonly language: PostLanguage; readonly theme: 'light' | 'dark'; readonly size: GraphSize };

const MOST_POINTS: Readonly<Record<GraphSize, number>> = { wide: 90, narrow: 60, card: 90, square: 90 };
const MOST_MILESTONES = 8;

/**
 * The graph of a campaign as an SVG element: both series as straight lines from reading to reading, never smoothed, never
 * prolonged, and interrupted where nothing could be read. It stays under 8 kB whatever the number of readings.
 */
export function drawGraph(facts: GraphFacts, look: GraphLook): string {
  const canvas = canvasFor(facts, look, look.theme !== 'page');
  const { series } = canvas.facts;
  const drawn = { fediverse: series.fediverse.length, x: series.x.length };
  return openSvg(facts, look, canvas.frame, describeGraph(facts, drawn, look.language)) + backdrop(look, canvas) + drawContent(canvas) + '</svg>';
}

/** The same lines and labels to stand on the card of a picture, without an element around them. */
export function drawGraphOn(facts: GraphFacts, look: PartLook): string {
  return drawContent(canvasFor(facts, look, false));
}

function canvasFor(facts: GraphFacts, { language, theme, size }: Omit<GraphLook, 'id'>, footer: boolean): Canvas {
  const limit = MOST_POINTS[size];
  const lines = { fediverse: interruptedLines(facts.series.fediverse, limit), x: interruptedLines(facts.series.x, limit) };
  const silent = { fediverse: silences(facts.series.fediverse), x: silences(facts.series.x) };
  const thinned = { ...facts, series: { fediverse: lines.fediverse.flat(), x: lines.x.flat() } };
  const frame = createFrame(thinned, size, footer, language);
  return { facts: thinned, lines, silent, frame, paint: paintOf(theme), text: translator(language) };
}

function drawContent(canvas: Canvas): string {
  return canvas.frame.empty ? drawEmpty(canvas) : drawAll(canvas);
}

function openSvg(facts: GraphFacts, look: GraphLook, frame: Frame, description: string): string {
  const alone = look.theme !== 'page';
  const plot = frame.empty
    ? ''
    : ` data-from="${frame.from.getTime()}" data-to="${frame.to.getTime()}" data-left="${frame.left}" data-right="${frame.right}" data-top="${frame.top}" data-bottom="${frame.bottom}"`;
  return (
    `<svg${alone ? ` xmlns="http://www.w3.org/2000/svg" width="${frame.width}" height="${frame.height}"` : ''}` +
    ` class="graph graph-${look.size}" viewBox="0 0 ${frame.width} ${frame.height}" role="img"` +
    ` aria-labelledby="${look.id}-title ${look.id}-desc" font-family="${alone ? 'Inter,' : ''}system-ui,sans-serif" font-size="13"${plot}>` +
    `<title id="${look.id}-title">${escapeHtml(graphTitle(facts, look.language))}</title>` +
    `<desc id="${look.id}-desc">${escapeHtml(description)}</desc>`
  );
}

function backdrop(look: GraphLook, { facts, frame, paint, text }: Canvas): string {
  if (look.theme === 'page') return '';
  const asOf = facts.asOf && text.t('graph.asOf', { at: text.date(facts.asOf, 'zonedYear', facts.timeZone) });
  return (
    `${themeStyle(look.theme)}<rect width="100%" height="100%" fill="${paint.card}"/>` +
    (asOf === null ? '' : write(frame.left, frame.height - 10, asOf, paint.soft, 'font-size="12"'))
  );
}

function drawEmpty({ facts, frame, paint, text }: Canvas): string {
  const words = write(6, 138, emptyWords(facts, text), paint.soft, '');
  if (facts.isPart) return words;
  const [end, middle] = [frame.width - 34, frame.width / 2];
  const path = `M6 108C${middle} 104 ${middle} 60 ${end} 40`;
  return (
    `<path d="${path}" fill="none" stroke="${paint.line}" stroke-width="3" stroke-dasharray="2 8" stroke-linecap="round"/>` +
    `<circle cx="${end}" cy="40" r="10" fill="${paint.card}" stroke="${paint.sun}" stroke-width="3"/>` +
    words
  );
}

function drawAll(canvas: Canvas): string {
  return [
    drawValueAxis(canvas),
    drawTimeAxis(canvas),
    drawAreas(canvas),
    drawGlow(canvas),
    drawTarget(canvas),
    drawMilestones(canvas),
    drawSeries(canvas, 'x'),
    drawSeries(canvas, 'fediverse'),
    drawSilences(canvas),
    drawNotes(canvas),
    drawCrossing(canvas),
    drawEnd(canvas),
    drawNames(canvas),
  ].join('');
}

function drawValueAxis({ frame, paint, text }: Canvas): string {
  const caption = frame.values.truncated
    ? text.t('graph.axisFrom', { from: text.number(frame.values.min) })
    : text.t('graph.axis');
  const grid = frame.values.ticks.map((tick) => `M${frame.left} ${frame.y(tick)}H${frame.right}`).join('');
  const labels = frame.values.ticks.map((tick) =>
    write(frame.left - 8, frame.y(tick) + 4, text.number(tick), 'inherit', ''),
  );
  return (
    write(2, 14, caption, paint.soft, 'font-size="12"') +
    `<path d="${grid}" stroke="${paint.line}" fill="none"/>` +
    `<g fill="${paint.soft}" font-size="12" text-anchor="end" class="figures">${labels.join('')}</g>`
  ).replaceAll(' fill="inherit"', '');
}

function drawTimeAxis({ frame, paint }: Canvas): string {
  const labels = frame.times.map((tick) => {
    const x = frame.x(tick.at);
    const room = tick.label.length * 3.2;
    const anchor = x - room < 2 ? 'start' : x + room > frame.width - 2 ? 'end' : 'middle';
    return `<text x="${anchor === 'start' ? Math.min(x, frame.left) : x}" y="${frame.bottom + 20}" text-anchor="${anchor}">${escapeHtml(tick.label)}</text>`;
  });
  return (
    `<path d="M${frame.left} ${frame.bottom}H${frame.right}" stroke="${paint.soft}" stroke-opacity=".5"/>` +
    `<g fill="${paint.soft}" font-size="12">${labels.join('')}</g>`
  );
}

function drawTarget({ facts, frame, paint, text }: Canvas): string {
  if (facts.dare.kind !== 'reach') return '';
  const y = frame.y(facts.dare.target);
  const label = text.t('graph.target', { target: text.number(facts.dare.target) });
  return (
    `<path d="M${frame.left} ${y}H${frame.right}" stroke="${paint.green}" stroke-width="2" stroke-dasharray="1 5" stroke-linecap="round"/>` +
    write(frame.left + 4, y - 7, label, paint.green, `font-weight="600" ${halo(paint)}`)
  );
}

function drawMilestones({ facts, frame, paint }: Canvas): string {
  const shown = facts.milestones.filter(({ at }) => at >= frame.from && at <= frame.to).slice(-MOST_MILESTONES);
  const ticks = shown.map(({ at, label }) => {
    const x = frame.x(at);
    return `<path d="M${x} ${frame.bottom - 5}l4.5 5l-4.5 5l-4.5 -5z"><title>${escapeHtml(label)}</title></path>`;
  });
  return `<g fill="${paint.sun}" stroke="${paint.card}" stroke-width="1.5">${ticks.join('')}</g>`;
}

/** Where the dare was won; null as long as it is not, or where nothing was read then. */
function crossingPlace({ facts, frame }: Canvas): Place | null {
  const meeting = facts.crossing && meetingPoint(facts.series, facts.dare, facts.crossing);
  if (!meeting || meeting.at < frame.from || meeting.at > frame.to) return null;
  return frame.place(meeting);
}

/** The light behind the lines where the dare was won. */
function drawGlow(canvas: Canvas): string {
  const place = crossingPlace(canvas);
  return place === null ? '' : `<circle cx="${place.x}" cy="${place.y}" r="21" fill="${canvas.paint.sun}" fill-opacity=".3"/>`;
}

/** The sun ring where the dare was won. */
function drawCrossing(canvas: Canvas): string {
  const { facts, frame, paint, text } = canvas;
  const place = crossingPlace(canvas);
  if (!facts.crossing || !place) return '';
  const { x, y } = place;
  const label = text.t('graph.crossing', { at: text.date(facts.crossing, 'day', facts.timeZone) });
  const width = label.length * 7;
  const anchor = x - width / 2 < frame.left ? 'start' : x + width / 2 > frame.right ? 'end' : 'middle';
  const from = anchor === 'start' ? Math.max(x - 10, frame.left) : anchor === 'end' ? Math.min(x + 10, frame.right) : x;
  return (
    `<circle class="crossing" cx="${x}" cy="${y}" r="11" fill="none" stroke="${paint.sun}" stroke-width="3.5"/>` +
    write(from, Math.max(y - 24, 32), label, paint.ink, `font-weight="700" text-anchor="${anchor}" ${halo(paint)}`)
  );
}

/** A mark at a reading that a moderator tells something about; the words are in the description, and beneath on the page. */
function drawNotes({ facts, frame, paint, text }: Canvas): string {
  const shown = facts.notes.filter(({ at }) => at >= frame.from && at <= frame.to).slice(0, MOST_NOTES);
  const marks = shown.map((note) => {
    // A count that was struck out since may lie outside of the plot.
    const x = frame.x(note.at);
    const y = Math.min(frame.bottom, Math.max(frame.top, frame.y(note.count)));
    const above = Math.max(y - 22, frame.top);
    const title = text.t('graph.note', { at: text.date(note.at, 'day', facts.timeZone) });
    return (
      `<g><title>${escapeHtml(title)}</title><path d="M${x} ${y}V${above}" stroke="${paint.ink}"/>` +
      `<circle cx="${x}" cy="${above}" r="8" fill="${paint.card}" stroke="${paint.ink}" stroke-width="1.5"/>` +
      `${write(x, above + 4.5, 'i', paint.ink, 'font-weight="800" text-anchor="middle"')}</g>`
    );
  });
  return marks.join('');
}

function drawEnd({ facts, frame, paint, text }: Canvas): string {
  if (!facts.endedAt || facts.endedAt < frame.from || facts.endedAt > frame.to) return '';
  const x = frame.x(facts.endedAt);
  const label = text.t('graph.ended', { at: text.date(facts.endedAt, 'day', facts.timeZone) });
  return (
    `<path d="M${x} ${frame.top - 8}V${frame.bottom}" stroke="${paint.soft}" stroke-dasharray="2 3"/>` +
    `<rect x="${x - 4}" y="${frame.top - 16}" width="8" height="8" rx="1.5" fill="${paint.soft}"/>` +
    write(frame.width - 2, 14, label, paint.soft, 'font-size="12" text-anchor="end"')
  );
}

/** Who is who, and how many, at the end of each line. */
function drawNames({ facts, frame, paint, text }: Canvas): string {
  const sides = (['fediverse', 'x'] as const).flatMap((side) => {
    const last = facts.series[side].at(-1);
    return last ? [{ side, last, end: frame.place(last) }] : [];
  });
  const heights = spread(sides.map(({ end }) => end.y), 38, frame.top + 6, frame.bottom - 22);
  return sides
    .map(({ side, last, end }, index) => {
      const y = heights[index] ?? end.y;
      const colour = side === 'fediverse' ? paint.violet : paint.ink;
      const away = Math.abs(y - end.y) > 8 || frame.right - end.x > 8;
      const leader = `<path d="M${end.x + 7} ${end.y}L${frame.right + 10} ${y}" stroke="${colour}" stroke-opacity=".4"/>`;
      return (
        (away ? leader : '') +
        `<text x="${frame.right + 14}" y="${y + 2}" fill="${colour}" font-weight="700">${escapeHtml(facts.names[side])}` +
        `<tspan x="${frame.right + 14}" dy="16" font-weight="500" class="figures">${text.number(last.count)}</tspan></text>`
      );
    })
    .join('');
}
