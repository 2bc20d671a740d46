import { figure, footer, GUTTER, heading, letter, MARGIN, ON_SUN, oneLine, title, wholeSvg, type Sheet, type TitleSizes } from './card-sheet.ts';
import { balanceText, textWidth } from './card-text.ts';
import type { PictureFacts } from './picture-facts.ts';

type Countdown = NonNullable<PictureFacts['countdown']>;

const TITLES: Readonly<Record<Sheet['size'], TitleSizes>> = { wide: [[50, 2], [40, 3]], square: [[72, 3], [60, 4], [52, 5]] };
const SUNS = { wide: { x: 182, y: 424, radius: 112 }, square: { x: 204, y: 640, radius: 136 } };

/** How many days are left, and what is missing. */
export function countdownCard(sheet: Sheet, countdown: Countdown): string {
  const { paint, inner, size } = sheet;
  const content = [
    heading(sheet),
    title(sheet, size === 'wide' ? 176 : 204, inner, TITLES[size]),
    daysLeft(sheet, countdown),
    size === 'wide' ? scoreBeside(sheet) : scoreBeneath(sheet),
    footer(sheet, { address: paint.violet, time: paint.soft }),
  ];
  return wholeSvg(sheet, paint.paper, content.join(''));
}

/** The days on a sun, and until when. */
function daysLeft({ facts, text, paint, size }: Sheet, { days, deadline }: Countdown): string {
  const { x, y, radius } = SUNS[size];
  const shown = days === 0 ? '!' : text.number(days);
  const digits = Math.min(radius * 1.2, (radius * 1.5) / textWidth(shown, true));
  const room = size === 'wide' ? 330 : 640;
  const at = text.t('card.until', { at: text.date(deadline, 'weekday', facts.timeZone) });
  const until = balanceText(at, room / 30, 2, false);
  const start = x + radius + 28;
  const label = text.t('card.days', { n: days });
  return (
    `<circle cx="${x}" cy="${y}" r="${radius + 14}" fill="${paint.sun}" fill-opacity=".25"/><circle cx="${x}" cy="${y}" r="${radius}" fill="${paint.sun}"/>` +
    letter(x, y + digits * 0.36, shown, { size: digits, weight: 800, anchor: 'middle', fill: ON_SUN }) +
    letter(start, y - 8, label, { size: Math.min(50, room / textWidth(label, true)), weight: 800, fill: paint.ink }) +
    until.map((line, index) => letter(start, y + 38 + index * 38, line, { size: 30, fill: paint.soft })).join('')
  );
}

/** On a wide picture one number stands over the other, at the right. */
function scoreBeside({ facts: { left, right, gap }, text, paint, width }: Sheet): string {
  const room = 440;
  const shown = [left, ...(right ? [right] : [])];
  const size = Math.min(66, ...shown.map(({ count }) => room / textWidth(figure(count, text), true)));
  const end = width - MARGIN;
  const rows = shown.map(({ count, name }, index) => {
    const fill = index === 0 ? paint.violet : paint.ink;
    const y = 356 + index * 98;
    return letter(end, y, figure(count, text), { size, weight: 800, anchor: 'end', fill }) + letter(end, y + 34, oneLine(name, room, 28), { size: 28, anchor: 'end', fill });
  });
  return rows.join('') + (gap === null ? '' : letter(end, 538, oneLine(gap, room, 28, true), { size: 28, weight: 800, anchor: 'end', fill: paint.ink }));
}

/** On a square one they face each other beneath the sun. */
function scoreBeneath({ facts: { left, right, gap }, text, paint, inner, width }: Sheet): string {
  const half = (inner - GUTTER) / 2;
  const shown = [left, ...(right ? [right] : [])];
  const size = Math.min(96, ...shown.map(({ count }) => half / textWidth(figure(count, text), true)));
  const sides = shown.map(({ count, name }, index) => {
    const [x, anchor, fill] = index === 0 ? ([MARGIN, 'start', paint.violet] as const) : ([width - MARGIN, 'end', paint.ink] as const);
    return letter(x, 886, figure(count, text), { size, weight: 800, anchor, fill }) + letter(x, 930, oneLine(name, half, 32), { size: 32, anchor, fill });
  });
  return sides.join('') + (gap === null ? '' : letter(width / 2, 984, oneLine(gap, inner, 34, true), { size: 34, weight: 800, anchor: 'middle', fill: paint.ink }));
}
