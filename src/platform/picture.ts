import sharp, { type Raw, type Sharp } from 'sharp';

// Of all that the library can open, only what people take screenshots and portraits in, whatever a name or type says.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif'].map((format) => `VipsForeignLoad${format}Buffer`),
});
sharp.cache(false);

/** More than any screen and most cameras have; decoding costs memory by the pixel, whatever the file weighs. */
const MOST_PIXELS = 40_000_000;
const DECODING_SECONDS = 10;

/** A picture is made smaller, never larger, until it fits. */
export interface PictureBounds {
  width: number;
  height: number;
}

let decoding: Promise<unknown> = Promise.resolve();

/**
 * Reads a picture that a stranger sent, one at a time: PNG, JPEG, WebP or GIF (its first frame), upright and in sRGB,
 * as bare pixels to be drawn anew, so that no byte of the file itself is ever passed on. Null for all else, for what is
 * too large to be opened, and for what cannot be decoded.
 */
export async function readPicture(bytes: Buffer, bounds: PictureBounds): Promise<Sharp | null> {
  const decoded = decoding.then(() => decode(bytes, bounds));
  decoding = decoded;
  const pixels = await decoded;
  return pixels && sharp(pixels.data, { raw: pixels.raw });
}

async function decode(bytes: Buffer, { width, height }: PictureBounds): Promise<{ data: Buffer; raw: Raw } | null> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize({ width, height, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .timeout({ seconds: DECODING_SECONDS })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
  } catch {
    // Whatever the library says of bytes from outside, they are no picture for us.
    return null;
  }
}
