import { readPicture } from '../platform/picture.ts';

const SIDE = 96;
/** Enough to cut a square out of what is twice as wide as high. */
const BOUNDS = { width: 1024, height: 1024 };

/**
 * Draws a picture anew as a square PNG of 96 pixels, so that what strangers' servers send is never passed on.
 * Null for what {@link readPicture} takes for none.
 */
export async function drawPicture(bytes: Buffer): Promise<Buffer | null> {
  const picture = await readPicture(bytes, BOUNDS);
  return picture && picture.resize(SIDE, SIDE, { fit: 'cover' }).png().toBuffer();
}
