import { expect, test } from '@jest/globals';
import { drawPicture } from './picture.ts';

/** A red rectangle of 30 × 20 pixels; the GIF is one red pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAB4AAAAUCAYAAACaq43EAAAAP0lEQVR4AezSsQkAQAhD0cNB3H+U20r79DHNFyxsIjxSv3sSWy80PD6DhxpqmwDlstFqMNQqYruhttFqcIx6AQAA///wef7bAAAABklEQVQDACZzPINizubgAAAAAElFTkSuQmCC';
const GIF = 'R0lGODdhAQABAIABAMgeHv///ywAAAAAAQABAAACAkQBADs=';
const JPEG =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAUAB4DASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AjgIWoAAAAAAf/9k=';
const WEBP = 'UklGRkYAAABXRUJQVlA4IDoAAAAQAwCdASoeABQAPm00lkekIyIhKAgAgA2JZQB2AACAoKAA/vMsP/4hd7G2///dk//tk//tk/9wgAAA';

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** The PNG with another width in its header. */
function widened(width: number): Buffer {
  const picture = bytes(PNG);
  picture.writeUInt32BE(width, 16);
  return picture;
}

test.each([
  ['PNG', PNG],
  ['JPEG', JPEG],
  ['GIF', GIF],
  ['WebP', WEBP],
])('a %s becomes a PNG of 96 × 96 pixels', async (_type, picture) => {
  const drawn = await drawPicture(bytes(picture));
  expect(drawn?.toString('latin1', 1, 4)).toBe('PNG');
  expect([drawn?.readUInt32BE(16), drawn?.readUInt32BE(20)]).toEqual([96, 96]);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a page', Buffer.from('<!doctype html><title>Just a moment…</title>')],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')],
  ['a PNG that stops in the middle', bytes(PNG).subarray(0, 60)],
  ['a JPEG that stops in its header', bytes(JPEG).subarray(0, 100)],
  ['a PNG of a width that nobody needs', widened(60_000)],
  ['a PNG without any width', widened(0)],
])('%s is no picture', async (_what, picture) => {
  expect(await drawPicture(picture)).toBeNull();
});
