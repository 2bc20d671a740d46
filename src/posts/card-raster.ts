import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { PROJECT_ROOT } from '../platform/project-root.ts';

const FONTS = ['inter-500.ttf', 'inter-800.ttf'].map((file) => join(PROJECT_ROOT, 'src/posts/fonts', file));

/** An SVG as a PNG of the given width, with the fonts of the house and none of the system's. */
export function rasterize(svg: string, width: number): Buffer {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
  });
  return picture.render().asPng();
}
