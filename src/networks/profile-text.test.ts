import { describe, expect, test } from '@jest/globals';
import { displayNameOf, holdsCode, httpsUrl, linksIn } from './profile-text.ts';

describe('linksIn', () => {
  test('finds the targets of links, not their shortened texts', () => {
    const field = '<a href="https://www.education.example/?a=1&amp;b=2" rel="me"><span>education.example</span></a>';
    expect(linksIn([field])).toEqual(['https://www.education.example/?a=1&b=2']);
  });

  test('finds bare addresses in plain text, each once', () => {
    const fragments = ['See https://a.example/x and https://a.example/x', "<a href='http://b.example'>b</a>"];
    expect(linksIn(fragments)).toEqual([
      'https://a.example/x',
      'http://b.example/',
    ]);
  });

  test.each([
    ['Read [the site](https://a.example/x), please.', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['It is https://a.example/x.', 'https://a.example/x'],
    ['It is **https://a.example/x**!', 'https://a.example/x'],
    ['https://a.example/x_(town)', 'https://a.example/x_(town)'],
  ])('ends an address where its sentence goes on: %s', (text, link) => expect(linksIn([text])).toEqual([link]));

  test('leaves out what is no web address', () => {
    const fragments = ['<a href="javascript:alert(1)">x</a>', 'mailto:a@b.example', '<a href="https://">x</a>'];
    expect(linksIn(fragments)).toEqual([]);
  });
});

describe('displayNameOf', () => {
  test.each([
    ['Le libre édu', 'Le libre édu'],
    ['  Two\nlines ', 'Two lines'],
    ['\u202eude erbil eL', 'ude erbil eL'],
    ['', 'user'],
    [null, 'user'],
    ['\u0000\u200f', 'user'],
    ['half \ud83c', 'half \ufffd'],
  ])('%j is shown as %j', (name, shown) => expect(displayNameOf(name, 'user')).toBe(shown));

  test('is cut between characters, not within one', () => {
    expect(displayNameOf('🎓'.repeat(300), 'user')).toBe('🎓'.repeat(200));
  });
});

test.each([
  ['https://a.example/x.png', 'https://a.example/x.png'],
  ['http://a.example/x.png', null],
  ['data:image/png;base64,', null],
  ['x.png', null],
  [null, null],
  [{ url: 'https://a.example/' }, null],
])('httpsUrl(%j) is %j', (address, expected) => expect(httpsUrl(address)).toBe(expected));

describe('a code in a profile is found', () => {
  test.each([
    ['as it is', ['Hello chiche-k7m2q9x4tb!']],
    ['with what a keyboard made of it', ['Chiche – K7M2Q9 X4TB']],
    ['in the address of a link', ['<a href="https://chiche.example/proof/chiche-k7m2q9x4tb" rel="me">…</a>']],
    ['in a word that was cut into pieces', ['<span class="invisible">chiche-k7m</span><span>2q9x4tb</span>']],
  ])('%s', (_how, texts) => expect(holdsCode(texts, 'chiche-k7m2q9x4tb')).toBe(true));

  test.each([[[]], [['']], [['chiche-k7m2q9x4ta']], [['chiche-k7m2', 'q9x4tb']]])('not in %j', (texts) =>
    expect(holdsCode(texts, 'chiche-k7m2q9x4tb')).toBe(false));
  test('no code is in no profile', () => expect(holdsCode(['anything'], '-')).toBe(false));
});
