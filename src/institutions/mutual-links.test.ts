import { expect, test } from '@jest/globals';
import { pageNames, profileNames } from './mutual-links.ts';

const account = {
  handle: 'LeLibreEdu@social.example',
  url: 'https://social.example/@LeLibreEdu',
  actorUri: 'https://social.example/ap/users/12',
};

test.each([
  ['https://www.education.example/', ['https://education.example/contact'], true],
  ['http://education.example', ['https://elsewhere.example/', 'https://www.education.example'], true],
  ['https://education.example/', ['https://education.example.evil.example/'], false],
  ['https://education.example/', ['https://elsewhere.example/?https://education.example/'], false],
  ['https://education.example/', [], false],
  ['no address', ['no address'], false],
])('a profile names %s with %j: %s', (website, links, expected) => {
  expect(profileNames(website, links)).toBe(expected);
});

test.each([
  '<a rel="me" href="https://social.example/@LeLibreEdu">Mastodon</a>',
  "<a href='https://social.example/@lelibreedu/'>",
  '<link rel=me href=https://social.example/@LeLibreEdu>',
  '<A HREF = "https://social.example/users/lelibreedu?utm=1&amp;x=y">',
  '<a href="https://other.example/@LeLibreEdu@social.example">',
  '<a href="https://social.example/ap/users/12">',
])('a page names a fediverse account with %s', (html) => {
  expect(pageNames(account, html)).toBe(true);
});

test.each([
  'https://social.example/@LeLibreEdu',
  '<a href="https://social.example/@LeLibreEdu2">',
  '<a href="https://evil.example/@LeLibreEdu">',
  '<a href="/@LeLibreEdu">',
  '<a href="javascript:https://social.example/@LeLibreEdu">',
])('a page does not name it with %s', (html) => {
  expect(pageNames(account, html)).toBe(false);
});

test('an account on X is named by any of its addresses', () => {
  const x = { handle: 'LeLibreEdu', url: 'https://x.com/LeLibreEdu', actorUri: null };
  expect(pageNames(x, '<a href="https://twitter.com/lelibreedu?lang=fr">')).toBe(true);
  expect(pageNames(x, '<a href="https://twitter.com/lelibre">')).toBe(false);
});

test('a page made to be slow to read is read', () => {
  const html = '<a href="'.repeat(50_000) + '<a href='.repeat(50_000) + `href${' '.repeat(50_000)}`.repeat(10);
  expect(pageNames(account, html)).toBe(false);
});
