import type { Sharp } from 'sharp';
import { readPicture } from '../platform/picture.ts';

/** A screenshot drawn anew. */
export interface Screenshot {
  type: 'webp';
  bytes: Buffer;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** As wide as a screen shows it, and as long as a page that was taken whole. */
const BOUNDS = { width: 1280, height: 4096 };
const MOST_BYTES = 200_000;
/** Text stays sharp in the first, and can be read in the last. */
const QUALITIES = [80, 60, 40];
const SMALLER = 0.75;

/** Draws a screenshot anew, small and without anything of its file; null for what is no picture. */
export async function drawScreenshot(file: Buffer): Promise<Screenshot | null> {
  const picture = await readPicture(file, BOUNDS);
  return picture && squeeze(picture.flatten({ background: '#fff' }), BOUNDS.width);
}

/** Lowers the quality first, then the size, until it fits: even noise does in the end. */
async function squeeze(picture: Sharp, width: number): Promise<Screenshot> {
  const sized = picture.clone().resize({ width, withoutEnlargement: true });
  for (const quality of QUALITIES) {
    const { data, info } = await sized.clone().webp({ quality }).toBuffer({ resolveWithObject: true });
    if (data.length <= MOST_BYTES) return { type: 'webp', bytes: data, width: info.width, height: info.height };
  }
  return squeeze(picture, Math.ceil(width * SMALLER));
}
