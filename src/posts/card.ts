import type { Point } from '../domain/gap.ts';
import { escapeHtml, translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { rasterize } from './card-raster.ts';
import { balanceText, textWidth, wrapText } from './card-text.ts';
import { sparkline } from './card-sparkline.ts';
import { PALETTES } from './graph-theme.ts';

/** What the picture of a link preview shows. */
export type CardFacts = {
  readonly language: Language;
  /** The dare as a sentence, and the language that it is in. */
  readonly title: string;
  readonly titleLanguage: Language;
  readonly state: 'live' | 'won' | 'ended' | 'closed' | 'preview';
  readonly left: CardSide;
  readonly right: CardSide | null;
  /** What lies between them, in words: “750 followers behind”. */
  readonly gap: string | null;
  /** When the numbers were read; null when nothing was. */
  readonly asOf: Date | null;
  readonly timeZone: string;
  readonly series: readonly Point[];
  /** Shown without its `https://`. */
  readonly url: string;
};

/** A name and a number; null is unknown and shown as such, with a few words that say why. */
export type CardSide = { readonly name: string; readonly count: number | null; readonly note: string | null };

const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 64;
const INNER = WIDTH - 2 * MARGIN;
/** What lies between things that stand side by side, at least. */
const GUTTER = 32;
/** Letters that are still legible where the card is shown small. */
const SMALLEST = 20;
const COLOURS = PALETTES.light;

/** The card picture, a PNG of 1200 × 630 that is still legible at 640 × 360. */
export function drawCard(facts: CardFacts): Buffer {
  return rasterize(cardSvg(facts), WIDTH);
}

/** A standalone SVG of the graph as a PNG, `width` pixels wide. */
export function drawGraphPicture(svg: string, width: number): Buffer {
  return rasterize(svg, width);
}

/** What the card says, for those who do not see it. */
export function cardAlt(facts: CardFacts): string {
  const text = translator(facts.language);
  const side = ({ name, count, note }: CardSide): string => {
    const words =
      count !== null
        ? text.t('card.altSide', { name, count })
        : note === null
          ? text.t('card.altUnknown', { name })
          : text.t('card.altWithout', { name, note });
    return words.charAt(0).toLocaleUpperCase(facts.language) + words.slice(1);
  };
  const sides = [side(facts.left), ...(facts.right ? [side(facts.right)] : [])].join(' ');
  const sentences = [
    typographic(facts.title, facts.titleLanguage),
    sides,
    ...(facts.gap === null ? [] : [`${facts.gap}.`]),
    ...(facts.state === 'won' ? [text.t('card.won')] : []),
    ...(facts.asOf ? [`${text.t('card.asOf', { at: text.date(facts.asOf, 'zonedYear', facts.timeZone) })}.`] : []),
  ];
  return sentences.join(' ');
}

/** The card as an SVG, which needs the fonts of the house. */
export function cardSvg(facts: CardFacts): string {
  const text = translator(facts.language);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter">` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${COLOURS.paper}"/>` +
    landscape(facts) +
    heading(facts, text) +
    title(facts) +
    score(facts, text) +
    footer(facts, text) +
    '</svg>'
  );
}

/** The fediverse's way up, as a landscape behind the score. */
function landscape({ series, state }: CardFacts): string {
  const won = state === 'won';
  const sun = won
    ? `<circle cx="236" cy="424" r="132" fill="${COLOURS.sun}" fill-opacity=".22"/><circle cx="236" cy="424" r="92" fill="${COLOURS.sun}" fill-opacity=".38"/>`
    : '';
  if (series.length < 2) return sun;
  const { fill, stroke } = sparkline(series, WIDTH + 8, 190);
  return (
    `${sun}<g transform="translate(-4 358)"><path d="${fill}" fill="${COLOURS.violet}" fill-opacity=".07"/>` +
    `<path d="${stroke}" fill="none" stroke="${COLOURS.violet}" stroke-opacity=".2" stroke-width="5" stroke-linejoin="round"/></g>`
  );
}

function heading({ state }: CardFacts, text: Translator): string {
  const label = text.t(`card.state.${state}`);
  const width = textWidth(label, true) * 28 + 48;
  const [fill, ink] = state === 'won' ? [COLOURS.sun, COLOURS.ink] : [COLOURS.card, COLOURS.ink];
  return (
    `<text x="${MARGIN}" y="92" font-size="40" font-weight="800" fill="${COLOURS.ink}">Chiche<tspan fill="${COLOURS.violet}" dx="6">!</tspan></text>` +
    `<rect x="${WIDTH - MARGIN - width}" y="54" width="${width}" height="54" rx="27" fill="${fill}" stroke="${COLOURS.line}"/>` +
    `<text x="${WIDTH - MARGIN - width / 2}" y="91" font-size="28" font-weight="800" text-anchor="middle" fill="${ink}">${escapeHtml(label)}</text>`
  );
}

function title(facts: CardFacts): string {
  const words = typographic(facts.title, facts.titleLanguage);
  const size = [60, 52, 46].find((each) => fits(words, each)) ?? 46;
  const lines = balanceText(words, INNER / size, 3, true);
  return lines
    .map((line, index) => {
      const y = 180 + (3 - lines.length) * 26 + index * size * 1.14;
      return `<text x="${MARGIN}" y="${y}" font-size="${size}" font-weight="800" letter-spacing="-.5" fill="${COLOURS.ink}">${escapeHtml(line)}</text>`;
    })
    .join('');
}

function fits(words: string, size: number): boolean {
  const most = size > 50 ? 2 : 3;
  return !wrapText(words, INNER / size, most, true).some((line) => line.endsWith('…')) && !words.endsWith('…');
}

function score({ left, right, gap }: CardFacts, text: Translator): string {
  const numbers = [left, ...(right ? [right] : [])].map(({ count }) => (count === null ? '?' : text.number(count)));
  const pill = gap === null ? null : pillOf(gap);
  const widths = numbers.map((number) => textWidth(number, true));
  const room = INNER - (pill?.width ?? 0) - 2 * GUTTER;
  const size = Math.min(136, room / widths.reduce((sum, width) => sum + width, 0));
  const side = ({ name, note }: CardSide, number: string, x: number, anchor: string, colour: string): string =>
    `<text x="${x}" y="466" font-size="${size}" font-weight="800" letter-spacing="-2" text-anchor="${anchor}" fill="${colour}">${escapeHtml(number)}</text>` +
    `<text x="${x}" y="520" font-size="32" font-weight="500" text-anchor="${anchor}" fill="${colour}">${escapeHtml(halfLine(name, 32))}</text>` +
    (note === null ? '' : `<text x="${x}" y="548" font-size="24" font-weight="500" text-anchor="${anchor}" fill="${COLOURS.soft}">${escapeHtml(halfLine(note, 24))}</text>`);
  // In the middle of what the numbers leave free, or at the right of one alone.
  const [from, to] = [MARGIN + size * (widths[0] ?? 0), WIDTH - MARGIN - size * (widths[1] ?? 0)];
  const centre = right ? (from + to) / 2 : WIDTH - MARGIN - (pill?.width ?? 0) / 2;
  return (
    side(left, numbers[0] ?? '?', MARGIN, 'start', COLOURS.violet) +
    (right ? side(right, numbers[1] ?? '?', WIDTH - MARGIN, 'end', COLOURS.ink) : '') +
    (pill === null ? '' : drawPill(pill, centre))
  );
}

/** As much of a text as has room on one half of the card. */
function halfLine(words: string, size: number): string {
  return wrapText(words, (INNER - GUTTER) / 2 / size, 1, false).join('');
}

type Pill = { readonly lines: readonly string[]; readonly width: number; readonly height: number };

/** The gap, in a pill of sun: as narrow as two lines may be, so that the numbers are large. */
function pillOf(gap: string): Pill {
  const broken = [5.5, 6.5, 7.5, 8.5].map((width) => wrapText(gap, width, 2, true));
  const lines = broken.find((each) => !each.some((line) => line.endsWith('…'))) ?? wrapText(gap, 9.2, 2, true);
  return { lines, width: Math.max(...lines.map((line) => textWidth(line, true))) * 30 + 52, height: 34 + lines.length * 38 };
}

function drawPill({ lines, width, height }: Pill, x: number): string {
  const top = 422 - height / 2;
  return (
    `<rect x="${x - width / 2}" y="${top}" width="${width}" height="${height}" rx="${Math.min(height / 2, 34)}" fill="${COLOURS.sun}"/>` +
    lines
      .map(
        (line, index) =>
          `<text x="${x}" y="${top + 48 + index * 38}" font-size="30" font-weight="800" text-anchor="middle" fill="${COLOURS.ink}">${escapeHtml(line)}</text>`,
      )
      .join('')
  );
}

/** The address and the time side by side, or where they are too long for that one above the other. */
function footer({ url, asOf, timeZone }: CardFacts, text: Translator): string {
  const address = url.replace(/^https?:\/\//, '');
  const when = asOf ? text.t('card.asOf', { at: text.date(asOf, 'zonedYear', timeZone) }) : '';
  const isShort = textWidth(address, true) * 28 + GUTTER + textWidth(when, false) * 26 <= INNER;
  const size = Math.max(SMALLEST, Math.min(28, INNER / textWidth(address, true)));
  const [shown = ''] = wrapText(address, INNER / size, 1, true);
  const [place, time] = isShort || when === '' ? [588, 588] : [580, 611];
  const end = isShort ? { x: WIDTH - MARGIN, anchor: 'end' } : { x: MARGIN, anchor: 'start' };
  return (
    `<text x="${MARGIN}" y="${place}" font-size="${size}" font-weight="800" fill="${COLOURS.violet}">${escapeHtml(shown)}</text>` +
    `<text x="${end.x}" y="${time}" font-size="26" font-weight="500" text-anchor="${end.anchor}" fill="${COLOURS.soft}">${escapeHtml(when)}</text>`
  );
}
