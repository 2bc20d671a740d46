import { translator, typographic, type PostLanguage, type Translator } from '../platform/text.ts';
import { balanceText, textWidth, wrapText } from './card-text.ts';
import { write } from './graph-canvas.ts';
import { PALETTES, type Paint } from './graph-theme.ts';
import type { PictureFacts } from './picture-facts.ts';
import { PICTURE_SIZES, type PictureSize, type PictureTheme } from './picture-name.ts';

/** What every part of a picture is drawn from; lengths are in its pixels. */
export type Sheet = {
  readonly facts: PictureFacts;
  readonly text: Translator<PostLanguage>;
  readonly paint: Paint;
  readonly size: PictureSize;
  readonly theme: PictureTheme;
  readonly width: number;
  readonly height: number;
  /** Between the margins. */
  readonly inner: number;
};

export const MARGIN = 64;
/** What lies between things that stand side by side, at least. */
export const GUTTER = 32;
/** Letters that are still legible where the picture is shown small. */
const SMALLEST = 20;
/** On sun, in both themes. */
export const ON_SUN = PALETTES.light.ink;

export function createSheet(facts: PictureFacts, { size, theme }: { size: PictureSize; theme: PictureTheme }): Sheet {
  const { width, height } = PICTURE_SIZES[size];
  return { facts, text: translator(facts.language), paint: PALETTES[theme], size, theme, width, height, inner: width - 2 * MARGIN };
}

/** The whole picture, which needs the fonts of the house. */
export function wholeSvg({ width, height }: Sheet, background: string, content: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter">` +
    `<rect width="${width}" height="${height}" fill="${background}"/>${content}</svg>`
  );
}

type Lettering = { readonly size: number; readonly weight?: 500 | 800; readonly anchor?: 'start' | 'middle' | 'end'; readonly fill: string };

/** Words at a place: `x` is their start, middle or end, `y` their line. */
export function letter(x: number, y: number, words: string, { size, weight = 500, anchor = 'start', fill }: Lettering): string {
  return write(x, y, words, fill, `font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`);
}

/** The wordmark, and where the campaign stands. */
export function heading(sheet: Sheet): string {
  const { facts, text, paint } = sheet;
  return wordmark(paint.ink, paint.violet) + badge(sheet, text.t(`card.state.${facts.state}`), { fill: paint.card, ink: paint.ink, line: paint.line });
}

export function wordmark(ink: string, mark: string): string {
  return `<text x="${MARGIN}" y="92" font-size="40" font-weight="800" fill="${ink}">Chiche<tspan fill="${mark}" dx="6">!</tspan></text>`;
}

/** A few words in a pill at the upper right. */
export function badge({ width }: Sheet, label: string, { fill, ink, line }: { fill: string; ink: string; line: string }): string {
  const room = textWidth(label, true) * 28 + 48;
  return (
    `<rect x="${width - MARGIN - room}" y="54" width="${room}" height="54" rx="27" fill="${fill}" stroke="${line}"/>` +
    letter(width - MARGIN - room / 2, 91, label, { size: 28, weight: 800, anchor: 'middle', fill: ink })
  );
}

/** How large a title may be written in how many lines, the largest first. */
export type TitleSizes = readonly (readonly [size: number, lines: number])[];

/** The dare, as large as it fits into `width`; `top` is its first line, and fewer lines than `most` hang a little lower. */
export function title({ facts, paint }: Pick<Sheet, 'facts' | 'paint'>, top: number, width: number, sizes: TitleSizes): string {
  const words = typographic(facts.title, facts.titleLanguage);
  const [size, most] = sizes.find(([each, lines]) => !isCut(wrapText(words, width / each, lines, true))) ?? sizes.at(-1) ?? [40, 3];
  const lines = balanceText(words, width / size, most, true);
  const lower = ((sizes.at(-1)?.[1] ?? lines.length) - lines.length) * size * 0.45;
  return lines.map((line, index) => letter(MARGIN, top + lower + index * size * 1.14, line, { size, weight: 800, fill: paint.ink })).join('');
}

/** Whether lines were shortened. */
export function isCut(lines: readonly string[]): boolean {
  return lines.some((line) => line.endsWith('…'));
}

/** As much of a text as has room on one line. */
export function oneLine(words: string, width: number, size: number, bold = false): string {
  return wrapText(words, width / size, 1, bold).join('');
}

/** A number as it is written, an unknown one as such. */
export function figure(count: number | null, text: Translator<PostLanguage>): string {
  return count === null ? '?' : text.number(count);
}

/** The address and the time side by side, or where they are too long for that one above the other. */
export function footer({ facts: { url, asOf, timeZone }, text, width, height, inner }: Sheet, ink: { address: string; time: string }): string {
  const address = url.replace(/^https?:\/\//, '');
  const when = asOf ? text.t('card.asOf', { at: text.date(asOf, 'zonedYear', timeZone) }) : '';
  const isShort = textWidth(address, true) * 28 + GUTTER + textWidth(when, false) * 26 <= inner;
  const size = Math.max(SMALLEST, Math.min(28, inner / textWidth(address, true)));
  const [shown = ''] = wrapText(address, inner / size, 1, true);
  const [place, time] = isShort || when === '' ? [height - 42, height - 42] : [height - 50, height - 19];
  return (
    letter(MARGIN, place, shown, { size, weight: 800, fill: ink.address }) +
    letter(isShort ? width - MARGIN : MARGIN, time, when, { size: 26, anchor: isShort ? 'end' : 'start', fill: ink.time })
  );
}
