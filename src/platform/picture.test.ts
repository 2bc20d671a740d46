import { expect, test } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { readPicture } from './picture.ts';

const BOUNDS = { width: 100, height: 100 };

/** A black rectangle with a white left half. */
function halves(width: number, height: number): Sharp {
  const left = { create: { width: width / 2, height, channels: 3 as const, background: '#fff' } };
  return sharp({ create: { width, height, channels: 3, background: '#000' } }).composite([{ input: left, left: 0, top: 0 }]);
}

/** A PNG of a few kilobytes that unpacks to as many grey pixels as asked for (PNG, 11.2.2). */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

test.each(['png', 'jpeg', 'webp', 'gif'] as const)('a %s is drawn within its bounds, in its own shape', async (format) => {
  const picture = await readPicture(await halves(400, 200).toFormat(format).toBuffer(), BOUNDS);
  const { info } = (await picture?.png().toBuffer({ resolveWithObject: true })) ?? {};
  expect(info).toMatchObject({ width: 100, height: 50 });
});

test('a small picture stays small', async () => {
  const picture = await readPicture(await halves(20, 10).png().toBuffer(), BOUNDS);
  expect(await picture?.png().toBuffer().then((png) => sharp(png).metadata())).toMatchObject({ width: 20, height: 10 });
});

test('nothing of the file comes through: neither where it was taken, nor by whom, nor its profile', async () => {
  const secret = { IFD0: { Copyright: 'Ada Lovelace', Software: 'Secret 1.0' }, IFD3: { GPSLatitude: '48/1 51/1 0/1' } };
  const file = await halves(40, 40).withExif(secret).withIccProfile('p3').jpeg().toBuffer();
  expect(file.toString('latin1')).toContain('Ada Lovelace');
  const drawn = (await (await readPicture(file, BOUNDS))?.webp().toBuffer()) ?? Buffer.alloc(0);
  const { exif, icc, xmp, iptc } = await sharp(drawn).metadata();
  expect([exif, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
  expect(drawn.toString('latin1')).not.toContain('Ada');
});

test('a picture that lies on its side is drawn upright', async () => {
  const file = await halves(60, 30).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
  const { data, info } = (await (await readPicture(file, BOUNDS))?.raw().toBuffer({ resolveWithObject: true })) ?? {};
  expect(info).toMatchObject({ width: 30, height: 60 });
  expect([data?.[0], data?.at(-2)]).toEqual([255, 0]);
});

test('of a film, the first frame is drawn', async () => {
  const frames = Buffer.concat([Buffer.alloc(300, 255), Buffer.alloc(300, 0)]);
  const film = await sharp(frames, { raw: { width: 10, height: 20, channels: 3, pageHeight: 10 } }).gif().toBuffer();
  const { data, info } = (await (await readPicture(film, BOUNDS))?.raw().toBuffer({ resolveWithObject: true })) ?? {};
  expect(info).toMatchObject({ width: 10, height: 10 });
  expect(data?.[0]).toBe(255);
});

test('a few kilobytes that unpack to gigabytes are not unpacked', async () => {
  expect(await readPicture(bomb(4_000, 4_000), BOUNDS)).not.toBeNull();
  const large = bomb(16_000, 16_000);
  expect(large.length).toBeLessThan(50_000);
  expect(await readPicture(large, BOUNDS)).toBeNull();
});

test('other formats are none, whatever they are called', async () => {
  const tiff = await halves(40, 40).tiff().toBuffer();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
  for (const bytes of [tiff, svg, Buffer.from('%PDF-1.7'), Buffer.alloc(0), Buffer.from('GIF89a')]) {
    expect(await readPicture(bytes, BOUNDS)).toBeNull();
  }
});

test('one that is broken does not stop the next', async () => {
  const file = await halves(40, 40).png().toBuffer();
  const pictures = await Promise.all([file.subarray(0, 60), file, Buffer.alloc(9), file].map((bytes) => readPicture(bytes, BOUNDS)));
  expect(pictures.map((picture) => picture !== null)).toEqual([false, true, false, true]);
});
