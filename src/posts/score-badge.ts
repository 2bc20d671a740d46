import { escapeHtml, translator } from '../platform/text.ts';
import { figure } from './card-sheet.ts';
import { textWidth } from './card-text.ts';
import { write } from './graph-canvas.ts';
import { paintOf, PALETTES, themeStyle, type GraphTheme } from './graph-theme.ts';
import type { PictureFacts } from './picture-facts.ts';

const HEIGHT = 64;
const PADDING = 16;
const MARK = 104;
const NUMBER = 22;
const NAME = 13;

/** The live score as a small SVG for websites; `alt` is what it says. Whoever shows it has their own fonts, so it leaves them room. */
export function scoreBadge({ left, right, language }: PictureFacts, alt: string, theme: Exclude<GraphTheme, 'page'>): string {
  const text = translator(language);
  const paint = paintOf(theme);
  let x = MARK + PADDING;
  const sides = [left, ...(right ? [right] : [])].map(({ name, count }, index) => {
    const shown = figure(count, text);
    const fill = index === 0 ? paint.violet : paint.ink;
    const side = write(x, 32, shown, fill, `font-size="${NUMBER}" font-weight="800"`) + write(x, 51, name, paint.soft, `font-size="${NAME}"`);
    x += Math.ceil(Math.max(textWidth(shown, true) * NUMBER, textWidth(name, false) * NAME) * 1.12) + 20;
    return side;
  });
  const width = x - 20 + PADDING;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" font-family="Inter, system-ui, sans-serif">` +
    `<title>${escapeHtml(alt)}</title>${themeStyle(theme)}` +
    `<rect x="1" y="1" width="${width - 2}" height="${HEIGHT - 2}" rx="16" fill="${paint.card}" stroke="${paint.line}" stroke-width="2"/>` +
    `<path d="M${MARK} 2H17A15 15 0 0 0 2 17V47A15 15 0 0 0 17 62H${MARK}Z" fill="${paint.sun}"/>` +
    write(MARK / 2, 39, `Chiche${language === 'fr' ? '\u202f' : ''}!`, PALETTES.light.ink, 'font-size="20" font-weight="800" text-anchor="middle"') +
    `${sides.join('')}</svg>`
  );
}
