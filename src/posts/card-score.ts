import { sparkline } from './card-sparkline.ts';
import { figure, footer, GUTTER, heading, isCut, letter, MARGIN, ON_SUN, oneLine, title, wholeSvg, type Sheet, type TitleSizes } from './card-sheet.ts';
import { textWidth, wrapText } from './card-text.ts';
import type { PictureSide } from './picture-facts.ts';

const TITLES: Readonly<Record<Sheet['size'], TitleSizes>> = { wide: [[60, 2], [52, 2], [46, 3]], square: [[76, 3], [66, 4], [56, 5]] };
/** Lines of the numbers, of their names and notes, and the middle of what stands between them. */
const PLACES = { wide: { number: 466, name: 520, note: 548, gap: 422 }, square: { number: 712, name: 776, note: 812, gap: 884 } };

/** The score: both numbers face to face, and what lies between them. */
export function scoreCard(sheet: Sheet): string {
  const { paint, inner, size } = sheet;
  const content = [
    landscape(sheet),
    heading(sheet),
    title(sheet, size === 'wide' ? 180 : 204, inner, TITLES[size]),
    size === 'wide' ? faceToFace(sheet) : overEachOther(sheet),
    footer(sheet, { address: paint.violet, time: paint.soft }),
  ];
  return wholeSvg(sheet, paint.paper, content.join(''));
}

/** The fediverse's way up, as a landscape behind the score. */
function landscape({ facts, paint, width, height }: Sheet): string {
  const { fediverse } = facts.graph.series;
  if (fediverse.length < 2) return '';
  const { fill, stroke } = sparkline(fediverse, width + 8, height * 0.3);
  return (
    `<g transform="translate(-4 ${Math.round(height * 0.57)})"><path d="${fill}" fill="${paint.violet}" fill-opacity=".07"/>` +
    `<path d="${stroke}" fill="none" stroke="${paint.violet}" stroke-opacity=".2" stroke-width="5" stroke-linejoin="round"/></g>`
  );
}

/** On a wide picture the gap stands between the numbers. */
function faceToFace(sheet: Sheet): string {
  const { facts: { gap, right }, inner, width } = sheet;
  const pill = gap === null ? null : pillOf(gap);
  const room = inner - (pill?.width ?? 0) - 2 * GUTTER;
  const { size, widths, svg } = numbers(sheet, room, 136);
  // In the middle of what the numbers leave free, or at the right of one alone.
  const [from, to] = [MARGIN + size * (widths[0] ?? 0), width - MARGIN - size * (widths[1] ?? 0)];
  const centre = right ? (from + to) / 2 : width - MARGIN - (pill?.width ?? 0) / 2;
  return svg + (pill === null ? '' : drawPill(pill, centre, PLACES.wide.gap, sheet));
}

/** On a square one it stands beneath them, with the pace. */
function overEachOther(sheet: Sheet): string {
  const { facts: { gap, pace }, inner, width, paint } = sheet;
  const { svg } = numbers(sheet, inner - GUTTER, 176);
  const size = gap === null ? 0 : Math.min(44, (inner - 80) / textWidth(gap, true));
  const pill = gap === null ? '' : drawPill({ lines: [gap], size, width: textWidth(gap, true) * size + 80, height: 84 }, width / 2, PLACES.square.gap, sheet);
  const words = pace === null ? '' : letter(width / 2, 972, oneLine(pace, inner, 32), { size: 32, anchor: 'middle', fill: paint.soft });
  return svg + pill + words;
}

/** Both numbers, as large as they can be side by side within `room`. */
function numbers({ facts: { left, right }, text, paint, inner, width, size: format }: Sheet, room: number, most: number): { size: number; widths: readonly number[]; svg: string } {
  const places = PLACES[format];
  const half = (inner - GUTTER) / 2;
  const shown = [left, ...(right ? [right] : [])].map(({ count }) => figure(count, text));
  const widths = shown.map((number) => textWidth(number, true));
  const size = Math.min(most, room / widths.reduce((sum, each) => sum + each, 0));
  const side = ({ name, note }: PictureSide, number: string, x: number, anchor: 'start' | 'end', fill: string): string =>
    letter(x, places.number, number, { size, weight: 800, anchor, fill }) +
    letter(x, places.name, oneLine(name, half, 34), { size: 34, anchor, fill }) +
    (note === null ? '' : letter(x, places.note, oneLine(note, half, 24), { size: 24, anchor, fill: paint.soft }));
  const svg = side(left, shown[0] ?? '?', MARGIN, 'start', paint.violet) + (right ? side(right, shown[1] ?? '?', width - MARGIN, 'end', paint.ink) : '');
  return { size, widths, svg };
}

type Pill = { readonly lines: readonly string[]; readonly size: number; readonly width: number; readonly height: number };

/** The gap, in a pill of sun: as narrow as two lines may be, so that the numbers are large. */
function pillOf(gap: string): Pill {
  const broken = [5.5, 6.5, 7.5, 8.5].map((width) => wrapText(gap, width, 2, true));
  const lines = broken.find((each) => !isCut(each)) ?? wrapText(gap, 9.2, 2, true);
  return { lines, size: 30, width: Math.max(...lines.map((line) => textWidth(line, true))) * 30 + 52, height: 34 + lines.length * 38 };
}

function drawPill({ lines, size, width, height }: Pill, x: number, y: number, { paint }: Sheet): string {
  const top = y - height / 2;
  const step = size * 1.27;
  const first = y - ((lines.length - 1) * step) / 2 + size * 0.36;
  return (
    `<rect x="${x - width / 2}" y="${top}" width="${width}" height="${height}" rx="${Math.min(height / 2, 42)}" fill="${paint.sun}"/>` +
    lines.map((line, index) => letter(x, first + index * step, line, { size, weight: 800, anchor: 'middle', fill: ON_SUN })).join('')
  );
}
