import { renderAsync } from '@resvg/resvg-js';

const SIDE = 96;
/** Decoding costs memory by the pixel, whatever the file weighs. */
const LARGEST_SIDE = 2048;

interface Image {
  type: 'png' | 'jpeg' | 'gif';
  width: number;
  height: number;
}

/**
 * Draws a picture anew as a square PNG of 96 pixels, so that what strangers' servers send is never passed on.
 * Null for what is not a PNG, JPEG or GIF of reasonable size (the renderer knows no WebP), or cannot be drawn.
 */
export async function drawPicture(bytes: Buffer): Promise<Buffer | null> {
  const image = readHeader(bytes);
  if (image === null || !isReasonable(image.width) || !isReasonable(image.height)) return null;
  const source = `data:image/${image.type};base64,${bytes.toString('base64')}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
    <image width="${SIDE}" height="${SIDE}" preserveAspectRatio="xMidYMid slice" href="${source}"/>
  </svg>`;
  const drawn = await renderAsync(svg, { font: { loadSystemFonts: false } });
  // A picture that cannot be decoded leaves the drawing empty.
  return drawn.pixels.some((byte) => byte !== 0) ? drawn.asPng() : null;
}

function isReasonable(side: number): boolean {
  return side >= 1 && side <= LARGEST_SIDE;
}

/** What the first bytes say, whatever `Content-Type` said. */
function readHeader(bytes: Buffer): Image | null {
  if (bytes.length < 24) return null;
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') {
    return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))) {
    return { type: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  return bytes.readUInt16BE(0) === 0xffd8 ? readJpegFrame(bytes) : null;
}

/** Walks the segments up to the frame header (ITU T.81, B.2.2): SOF0 to SOF15 without DHT, JPG and DAC. */
function readJpegFrame(bytes: Buffer): Image | null {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { type: 'jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
  }
  return null;
}
