import { crc32, deflateSync } from 'node:zlib';
import type { Answer } from './simulated-answers.ts';

const SIDE = 64;
const RGB = 2;

/** A picture of two colours that an account keeps: real enough to be fetched, checked and shown. */
export function picture(id: string): Answer {
  const seed = crc32(id);
  const colours = [seed, seed >>> 8].map((bits) => [bits & 0xff, (bits >>> 4) & 0xff, 0xa0]);
  const places = Array.from({ length: SIDE }, (_, index) => index);
  const row = (y: number): number[] => [0, ...places.flatMap((x) => colours[x < y ? 0 : 1] ?? [])];
  const pixels = Buffer.from(places.flatMap(row));
  return { status: 200, headers: { 'content-type': 'image/png', 'cache-control': 'max-age=3600' }, body: png(pixels) };
}

function png(pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, RGB, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND')]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(content.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(content, 4);
  framed.writeUInt32BE(crc32(content), content.length + 4);
  return framed;
}
