import { expect, test } from '@jest/globals';
import { checkReading } from './reading-bounds.ts';

const NOW = new Date('2023-09-04T08:00:00Z');
const good = { count: 5876, at: NOW, evidenceUrl: 'https://web.archive.org/web/2023/https://x.com/edu' };

test.each([good, { ...good, count: 0 }, { ...good, count: 1_000_000_000 }, { ...good, evidenceUrl: null }])(
  '%j may be a reading',
  (reading) => {
    expect(checkReading(reading, NOW)).toEqual({ ok: true, value: null });
  },
);

test.each([
  [{ count: -1 }, 'not-a-count'],
  [{ count: 1.5 }, 'not-a-count'],
  [{ count: Number.NaN }, 'not-a-count'],
  [{ count: 1_000_000_001 }, 'count-too-large'],
  [{ at: new Date(NOW.getTime() + 1) }, 'in-the-future'],
  [{ at: new Date(Number.NaN) }, 'in-the-future'],
  [{ at: new Date('2005-12-31T23:59:59Z') }, 'before-social-networks'],
  [{ evidenceUrl: 'javascript:alert(1)' }, 'not-a-web-address'],
  [{ evidenceUrl: 'https://' }, 'not-a-web-address'],
  [{ evidenceUrl: 'https://a.example/ b' }, 'not-a-web-address'],
  [{ evidenceUrl: `https://a.example/${'a'.repeat(3_000)}` }, 'not-a-web-address'],
])('%j cannot', (wrong, type) => {
  expect(checkReading({ ...good, ...wrong }, NOW)).toEqual({ ok: false, error: { type } });
});
