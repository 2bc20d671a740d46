import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isXProfile, parseArchiveUrl } from './web-archive.ts';

const at = new Date('2023-09-02T07:30:00Z');

test.each([
  ['https://web.archive.org/web/20230902073000/https://twitter.com/lelibreedu', at, 'https://twitter.com/lelibreedu'],
  ['http://web.archive.org/web/20230902073000if_/https://x.com/lelibreedu?lang=fr', at, 'https://x.com/lelibreedu?lang=fr'],
  ['https://archive.ph/20230902073000/https://x.com/lelibreedu', at, 'https://x.com/lelibreedu'],
  ['https://archive.today/2023.09.02-073000/https://x.com/lelibreedu', at, 'https://x.com/lelibreedu'],
  ['https://archive.is/AbC12', null, null],
  ['https://ghostarchive.org/archive/XyZ99', null, null],
])('%s is one version of a page', (text, time, page) => {
  expect(parseArchiveUrl(text)).toEqual({ ok: true, value: { url: text.replace(/^http:/, 'https:'), at: time, page } });
});

test.each([
  ['https://web.archive.org/web/2023*/https://x.com/lelibreedu', 'not-one-version'],
  ['https://web.archive.org/web/https://x.com/lelibreedu', 'not-one-version'],
  ['https://web.archive.org/web/20231302073000/https://x.com/lelibreedu', 'not-one-version'],
  ['https://archive.ph/newest/https://x.com/lelibreedu', 'not-one-version'],
  ['https://archive.ph/', 'not-one-version'],
  ['https://x.com/lelibreedu', 'not-an-archive'],
  ['https://web.archive.org.evil.example/web/20230902073000/https://x.com/lelibreedu', 'not-an-archive'],
  ['https://me@archive.ph/AbC12', 'not-an-archive'],
  ['https://archive.ph:8443/AbC12', 'not-an-archive'],
  ['javascript:alert(1)', 'not-an-archive'],
  ['une capture', 'not-an-archive'],
])('%s is not', (text, type) => {
  expect(parseArchiveUrl(text)).toEqual({ ok: false, error: { type } });
});

test('an address that nobody types is refused', () => {
  const long = `https://archive.ph/20230902073000/${'a'.repeat(3_000)}`;
  expect(parseArchiveUrl(long)).toEqual({ ok: false, error: { type: 'not-an-archive' } });
});

test('whatever is put together is read or refused, and what is read can be read again', () => {
  const pieces = ['https://', 'http://', 'web.archive.org', 'archive.ph', 'ghostarchive.org', '/web/', '/archive/', '/', '20230902073000', 'if_', 'AbC12', 'x.com', '?', '#', '@', ':', '%', ' '];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      const read = parseArchiveUrl(parts.join(''));
      if (read.ok) expect(parseArchiveUrl(read.value.url)).toEqual(read);
    }),
  );
});

test('a profile is that of its account, under all names of the site', () => {
  for (const page of ['https://x.com/LeLibreEdu', 'http://www.twitter.com/lelibreedu/', 'mobile.twitter.com/lelibreedu/followers']) {
    expect(isXProfile(page, 'lelibreedu')).toBe(true);
  }
  for (const page of ['https://x.com/education', 'https://evil.example/lelibreedu', 'https://x.com/', 'https://x.com.evil.example/lelibreedu', '%']) {
    expect(isXProfile(page, 'lelibreedu')).toBe(false);
  }
});
