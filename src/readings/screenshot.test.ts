import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { drawScreenshot } from './screenshot.ts';

test('a large picture becomes a small WebP that says what it is', async () => {
  const file = await sharp({ create: { width: 3000, height: 2000, channels: 4, background: '#c806' } }).png().toBuffer();
  const drawn = await drawScreenshot(file);
  expect(drawn).toMatchObject({ type: 'webp', width: 1280, height: 853 });
  expect(await sharp(drawn?.bytes).metadata()).toMatchObject({ format: 'webp', width: 1280, height: 853, hasAlpha: false });
});

test('even noise fits into 200 kB', async () => {
  const noise = await sharp(randomBytes(700 * 700 * 3), { raw: { width: 700, height: 700, channels: 3 } }).png().toBuffer();
  const drawn = await drawScreenshot(noise);
  expect(drawn?.bytes.length).toBeLessThanOrEqual(200_000);
  expect(drawn?.bytes.length).toBeGreaterThan(50_000);
}, 30_000);

test('a very long page is made to fit, and one pixel stays one', async () => {
  const long = await sharp({ create: { width: 1000, height: 20_000, channels: 3, background: '#fff' } }).png().toBuffer();
  expect(await drawScreenshot(long)).toMatchObject({ width: 205, height: 4096 });
  const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } }).gif().toBuffer();
  expect(await drawScreenshot(pixel)).toMatchObject({ width: 1, height: 1 });
});

test('what is no picture becomes none', async () => {
  expect(await drawScreenshot(Buffer.from('<script>alert(1)</script>'))).toBeNull();
});
