import { badge, footer, letter, MARGIN, oneLine, title, wholeSvg, type Sheet, type TitleSizes } from './card-sheet.ts';
import { textWidth } from './card-text.ts';
import { drawGraphOn } from './graph.ts';

const TITLES: Readonly<Record<Sheet['size'], TitleSizes>> = { wide: [[42, 1], [36, 2], [30, 3]], square: [[56, 2], [46, 3], [40, 4]] };
/** The card that the graph lies on; its letters are magnified by `scale`. */
const PANELS = {
  wide: { top: 204, height: 342, padding: 20, scale: 1.7, graph: 'card' },
  square: { top: 330, height: 640, padding: 24, scale: 1.9, graph: 'square' },
} as const;

/** Both series from the first reading on, with who is who and how many at their ends. */
export function graphCard(sheet: Sheet): string {
  const { facts, text, paint, theme, size, inner } = sheet;
  const { top, height, padding, scale, graph } = PANELS[size];
  const state = text.t(`card.state.${facts.state}`);
  const beside = inner - textWidth(state, true) * 28 - 48 - 32;
  const content = [
    badge(sheet, state, { fill: paint.card, ink: paint.ink, line: paint.line }),
    title(sheet, size === 'wide' ? 70 : 92, beside, TITLES[size]),
    between(sheet, top - 28),
    `<rect x="${MARGIN}" y="${top}" width="${inner}" height="${height}" rx="28" fill="${paint.card}" stroke="${paint.line}"/>`,
    `<g transform="translate(${MARGIN + padding} ${top + padding}) scale(${scale})" font-size="13">`,
    drawGraphOn(facts.graph, { language: facts.language, theme, size: graph }),
    '</g>',
    footer(sheet, { address: paint.violet, time: paint.soft }),
  ];
  return wholeSvg(sheet, paint.paper, content.join(''));
}

/** The gap and the pace, above the graph. */
function between({ facts: { gap, pace }, paint, inner }: Sheet, y: number): string {
  const size = 30;
  const used = gap === null ? 0 : textWidth(gap, true) * size + 20;
  return (
    (gap === null ? '' : letter(MARGIN, y, gap, { size, weight: 800, fill: paint.violet })) +
    (pace === null ? '' : letter(MARGIN + used, y, oneLine(pace, inner - used, size), { size, fill: paint.soft }))
  );
}
