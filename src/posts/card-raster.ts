import { join } from 'node:path';
import { Resvg, renderAsync, type ResvgRenderOptions } from '@resvg/resvg-js';
import { PROJECT_ROOT } from '../platform/project-root.ts';

const FONTS = ['inter-500.ttf', 'inter-800.ttf'].map((file) => join(PROJECT_ROOT, 'src/posts/fonts', file));
const FONT: NonNullable<ResvgRenderOptions['font']> = { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };

/** An SVG as a PNG of the given width, with the fonts of the house and none of the system's; drawn in a thread of its own. */
export async function rasterize(svg: string, width: number): Promise<Buffer> {
  const picture = await renderAsync(svg, { fitTo: { mode: 'width', value: width }, font: FONT });
  return picture.asPng();
}

/** An SVG with the outlines of its letters in their place, as exact as a tenth of a pixel. */
export function outline(svg: string): string {
  const rounded = (number: string): string => String(Math.round(Number(number) * 10) / 10);
  return new Resvg(svg, { font: FONT })
    .toString()
    .replace(/(?<= d=")[^"]+/g, (path) => path.replace(/-?\d+\.\d+/g, rounded).replace(/ ?([A-Z]) ?/g, '$1'))
    .replace(/>\s+</g, '><');
}
