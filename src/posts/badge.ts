import { escapeHtml, translator, typographic, type Language } from '../platform/text.ts';
import { rasterize } from './card-raster.ts';
import { balanceText, textWidth } from './card-text.ts';
import { PALETTES } from './graph-theme.ts';

/** What a supporter's badge shows: the dare, and nobody's name. */
export type BadgeFacts = {
  readonly language: Language;
  /** The dare as a sentence, and the language that it is in. */
  readonly title: string;
  readonly titleLanguage: Language;
  /** Shown without its `https://`. */
  readonly url: string;
};

const SIZE = 640;
const MARGIN = 56;
const TITLE_SIZE = 40;
const COLOURS = PALETTES.light;

/** A square SVG to post anywhere. It names no font of the house: whoever shows it has their own. */
export function badgeSvg({ language, title, titleLanguage, url }: BadgeFacts): string {
  const { t } = translator(language);
  const say = t('bring.badge.say');
  const address = url.replace(/^https?:\/\//, '');
  const lines = balanceText(typographic(title, titleLanguage), (SIZE - 2 * MARGIN) / TITLE_SIZE, 5, true);
  const line = (words: string, index: number): string =>
    `<text x="${MARGIN}" y="${296 + index * TITLE_SIZE * 1.2}" font-size="${TITLE_SIZE}" font-weight="800" fill="${COLOURS.ink}">${escapeHtml(words)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}" role="img" font-family="Inter, system-ui, sans-serif">` +
    `<title>${escapeHtml(t('bring.badgeAlt', { dare: title }))}</title>` +
    `<rect width="${SIZE}" height="${SIZE}" rx="48" fill="${COLOURS.paper}"/>` +
    `<text x="${MARGIN}" y="100" font-size="44" font-weight="800" fill="${COLOURS.ink}">Chiche<tspan fill="${COLOURS.violet}" dx="6">!</tspan></text>` +
    `<rect x="${MARGIN}" y="136" width="${SIZE - 2 * MARGIN}" height="96" rx="48" fill="${COLOURS.sun}"/>` +
    `<text x="${SIZE / 2}" y="201" font-size="52" font-weight="800" text-anchor="middle" fill="${COLOURS.ink}">${escapeHtml(say)}</text>` +
    lines.map(line).join('') +
    `<text x="${MARGIN}" y="${SIZE - 48}" font-size="${addressSize(address)}" font-weight="800" fill="${COLOURS.violet}">${escapeHtml(address)}</text>` +
    '</svg>'
  );
}

/** The badge as a PNG, for networks that take no SVG. */
export function drawBadge(facts: BadgeFacts): Promise<Buffer> {
  return rasterize(badgeSvg(facts), SIZE);
}

/** A long address is written smaller rather than cut: cut, it would lead nowhere. */
function addressSize(address: string): number {
  return Math.min(26, (SIZE - 2 * MARGIN) / textWidth(address, true));
}
