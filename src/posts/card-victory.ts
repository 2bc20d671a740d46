import { line } from 'd3-shape';
import { badge, figure, footer, GUTTER, letter, MARGIN, ON_SUN, oneLine, title, wholeSvg, wordmark, type Sheet, type TitleSizes } from './card-sheet.ts';
import { textWidth } from './card-text.ts';
import { meetingPoint, thinOut } from './graph-series.ts';
import { PALETTES } from './graph-theme.ts';

const TITLES: Readonly<Record<Sheet['size'], TitleSizes>> = { wide: [[50, 2], [42, 3]], square: [[72, 3], [60, 4], [52, 5]] };
const PLACES = { wide: { number: 436, name: 500, most: 160 }, square: { number: 730, name: 806, most: 230 } };
/** Where both lines are drawn, as shares of the height. */
const BAND = { from: 0.5, to: 0.86 };
const RAYS = 18;
const POINTS = 60;
type Colours = Readonly<Record<'background' | 'glow' | 'ink' | 'number' | 'badge', string>>;
const LIGHT: Colours = { background: PALETTES.light.sun, glow: '#ffffff', ink: ON_SUN, number: PALETTES.light.violet, badge: '#ffffff' };
const DARK: Colours = { background: PALETTES.dark.paper, glow: PALETTES.dark.sun, ink: PALETTES.dark.ink, number: PALETTES.dark.violet, badge: PALETTES.dark.sun };

/** The dare is won: the score has turned over, and the sun is up where the lines crossed. */
export function victoryCard(sheet: Sheet, wonAt: Date): string {
  const { facts, text, theme, size, inner } = sheet;
  const colours = theme === 'light' ? LIGHT : DARK;
  const paint = { ...sheet.paint, ink: colours.ink };
  const thanks = text.t('card.wonOn', { at: text.date(wonAt, 'dayYear', facts.timeZone) });
  const content = [
    sunrise(sheet, colours),
    wordmark(colours.ink, colours.number),
    badge(sheet, thanks, { fill: colours.badge, ink: ON_SUN, line: colours.badge }),
    title({ facts, paint }, size === 'wide' ? 174 : 204, inner, TITLES[size]),
    turnedScore(sheet, colours),
    footer(sheet, { address: colours.ink, time: colours.ink }),
  ];
  return wholeSvg(sheet, colours.background, content.join(''));
}

/** Both lines with the crossing in its light; where there is none to show, the light alone. */
function sunrise({ facts, width, height }: Sheet, { glow, ink, number }: Colours): string {
  const { fediverse, x } = facts.graph.series;
  const points = [fediverse, x].map((series) => thinOut(series, POINTS));
  const all = points.flat();
  const times = all.map(({ at }) => at.getTime());
  const counts = all.map(({ count }) => count);
  const [from, to, low, high] = [Math.min(...times), Math.max(...times), Math.min(...counts), Math.max(...counts)];
  const place = (at: Date, count: number): [number, number] => [
    ((at.getTime() - from) / Math.max(1, to - from)) * width,
    height * (BAND.to - ((count - low) / Math.max(1, high - low)) * (BAND.to - BAND.from)),
  ];
  const meeting = facts.graph.crossing && meetingPoint(facts.graph.series, facts.graph.dare, facts.graph.crossing);
  const [cx, cy] = meeting ? place(meeting.at, meeting.count) : [width * 0.75, height * BAND.from];
  const paths = points.map((series) => line().digits(1)(series.map(({ at, count }) => place(at, count))) ?? '');
  const stroke = (path: string, colour: string, dashes: string): string =>
    path === '' ? '' : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="6" stroke-linejoin="round"${dashes}/>`;
  return (
    rays(cx, cy, glow) +
    [height * 0.2, height * 0.12].map((radius) => `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="${glow}" fill-opacity=".2"/>`).join('') +
    `<g opacity=".28">${stroke(paths[1] ?? '', ink, ' stroke-dasharray="18 14"')}${stroke(paths[0] ?? '', number, '')}</g>`
  );
}

function rays(cx: number, cy: number, colour: string): string {
  const far = 1600;
  const half = Math.PI / RAYS / 2;
  const wedge = (_: unknown, index: number): string => {
    const angle = (index * 2 * Math.PI) / RAYS;
    const [a, b] = [angle - half, angle + half].map((each) => `${Math.round(cx + far * Math.cos(each))} ${Math.round(cy + far * Math.sin(each))}`);
    return `M${Math.round(cx)} ${Math.round(cy)}L${a} ${b}Z`;
  };
  return `<path d="${Array.from({ length: RAYS }, wedge).join('')}" fill="${colour}" fill-opacity=".14"/>`;
}

/** The number that won is the larger one. */
function turnedScore({ facts: { left, right, gap }, text, inner, width, size: format }: Sheet, { ink, number }: Colours): string {
  const { number: y, name, most } = PLACES[format];
  const [won, other] = [figure(left.count, text), right && figure(right.count, text)];
  const share = right ? 0.56 : 1;
  const size = Math.min(most, (inner * share - GUTTER) / textWidth(won, true));
  const small = other === null ? 0 : Math.min(most * 0.55, (inner * (1 - share) - GUTTER) / textWidth(other, true));
  const end = width - MARGIN;
  const below = format === 'wide' ? 40 : 92;
  return (
    letter(MARGIN, y, won, { size, weight: 800, fill: number }) +
    letter(MARGIN, name, oneLine(left.name, inner * share - GUTTER, 36, true), { size: 36, weight: 800, fill: ink }) +
    (right && other !== null
      ? letter(end, y, other, { size: small, weight: 800, anchor: 'end', fill: ink }) + letter(end, name, oneLine(right.name, inner * (1 - share) - GUTTER, 32), { size: 32, anchor: 'end', fill: ink })
      : '') +
    (gap === null ? '' : letter(MARGIN, name + below, oneLine(gap, inner, 34, true), { size: 34, weight: 800, fill: ink }))
  );
}
