import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { translator } from '../platform/text.ts';
import { cardAlt, cardSvg, drawCard, drawGraphPicture, type CardFacts } from './card.ts';
import { balanceText, textWidth, wrapText } from './card-text.ts';

const CARD: CardFacts = {
  language: 'fr',
  title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera.',
  titleLanguage: 'fr',
  state: 'live',
  left: { name: 'Mastodon', count: 5090, note: null },
  right: { name: 'X', count: 5840, note: null },
  gap: '750 abonnés d’écart',
  asOf: new Date('2023-09-02T07:10Z'),
  timeZone: 'Europe/Paris',
  series: [
    { at: new Date('2023-08-30T16:00Z'), count: 2900 },
    { at: new Date('2023-09-02T07:10Z'), count: 5090 },
  ],
  url: 'https://chiche.example/c/lelibreedu',
};

/** Width and height of a PNG, from its header (RFC 2083, 11.2.1). */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe('the card picture', () => {
  test.each([
    ['running', CARD],
    ['won, in English', { ...CARD, language: 'en' as const, state: 'won' as const }],
    ['with nothing known', { ...CARD, left: { name: 'Mastodon', count: null, note: null }, right: null, gap: null, asOf: null, series: [] }],
    ['with an account that is no more', { ...CARD, left: { name: 'Mastodon', count: null, note: 'compte suspendu' }, gap: null }],
    ['with long words and large numbers', { ...CARD, title: 'Donaudampfschifffahrtsgesellschaft'.repeat(9), left: { name: 'Mastodon', count: 12_345_678, note: null }, right: { name: 'X', count: 98_765_432, note: null } }],
  ])('%s is a PNG of 1200 × 630 under 200 kB', (_, facts) => {
    const png = drawCard(facts);
    expect(sizeOf(png)).toEqual([1200, 630]);
    expect(png.length).toBeLessThan(200_000);
  });

  test('is drawn with a font: letters leave marks', () => {
    const bare = drawCard({ ...CARD, title: '', gap: null, asOf: null, series: [], url: '' });
    expect(drawCard(CARD).length).toBeGreaterThan(bare.length + 5000);
  });

  test('has an alternative text with the data', () => {
    expect(cardAlt(CARD)).toBe(
      'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera. Mastodon\u00a0: 5\u202f090. X\u00a0: 5\u202f840. 750 abonnés d’écart. Relevé le 2 septembre 2023 à 09:10 (UTC+2).',
    );
    expect(cardAlt({ ...CARD, left: { name: 'promesses de suivre', count: 75, note: null } })).toContain(' Promesses de suivre\u00a0: 75. ');
    expect(cardAlt({ ...CARD, left: { name: 'Mastodon', count: null, note: null } })).toContain('Mastodon\u00a0: nombre inconnu.');
    const suspended = { name: 'Mastodon', count: null, note: 'compte suspendu' };
    expect(cardAlt({ ...CARD, left: suspended })).toContain('Mastodon\u00a0: nombre inconnu, compte suspendu.');
  });

  test('the graph can be a picture too', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300"><rect width="600" height="300"/></svg>';
    expect(sizeOf(drawGraphPicture(svg, 1200))).toEqual([1200, 600]);
  });
});

type Box = { what: string; left: number; right: number; top: number; bottom: number };

/** The places of all words on a card, by the widths that the card itself reckons with, and of the pill between the numbers. */
function boxesOf(svg: string): { texts: Box[]; pill: Box | null } {
  const all = [...svg.matchAll(/<(text|rect) ([^>]*?)\/?>(?:(.*?)<\/text>)?/g)].map(([, tag, attributes = '', inner = '']) => {
    const value = (name: string): string => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    const [x, y] = [Number(value('x')), Number(value('y'))];
    if (tag === 'rect') return { tag, what: 'pill', left: x, right: x + Number(value('width')), top: y, bottom: y + Number(value('height')) };
    const what = inner.replace(/<[^>]*>/g, '').replace(/&[^;]+;/g, '’');
    const size = Number(value('font-size'));
    const width = textWidth(what, value('font-weight') === '800') * size;
    const left = x - ({ middle: width / 2, end: width }[value('text-anchor')] ?? 0);
    // Digits do not reach below the line; the comma between them does.
    const depth = /^[\d,\s?]+$/.test(what) ? 0.2 : 0.22;
    return { tag, what, left, right: left + width, top: y - size * 0.74, bottom: y + size * depth };
  });
  const pill = all.findLast(({ tag, top }) => tag === 'rect' && top > 300) ?? null;
  return { texts: all.filter(({ tag, what }) => tag === 'text' && what !== ''), pill };
}

const apart = (one: Box, other: Box): boolean =>
  one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
const within = (one: Box, other: Box): boolean =>
  one.left >= other.left && one.right <= other.right && one.top >= other.top && one.bottom <= other.bottom;

describe('whatever the card shows', () => {
  const count = fc.option(fc.integer({ min: 0, max: 99_999_999 }));
  const note = fc.constantFrom(null, 'compte suspendu', 'asks not to be read any more, and has for a very long time now');
  const side = (name: string): fc.Arbitrary<CardFacts['left']> => fc.record({ name: fc.constantFrom(name, 'promesses de suivre'), count, note });
  const word = fc.constantFrom('Mastodon', 'que', 'l’institution', 'abonnés', 'When', '@lelibreedu', 'Donaudampfschifffahrt');
  const cards: fc.Arbitrary<CardFacts> = fc
    .record({
      language: fc.constantFrom('fr' as const, 'en' as const),
      title: fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
      titleLanguage: fc.constantFrom('fr' as const, 'en' as const),
      state: fc.constantFrom('live' as const, 'won' as const, 'ended' as const, 'closed' as const, 'preview' as const),
      left: side('Mastodon'),
      right: fc.option(side('X')),
      key: fc.constantFrom('behind', 'ahead', 'tie', 'toTarget', 'reached', null),
      n: fc.integer({ min: 1, max: 99_999_999 }),
      asOf: fc.option(fc.date({ min: new Date('2023-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })),
      timeZone: fc.constantFrom('Europe/Paris', 'Asia/Kolkata', 'America/St_Johns'),
      host: fc.constantFrom('chiche.example', '127.0.0.1:4330', 'une-bien-longue-association.example.org'),
      slug: fc.stringMatching(/^[a-z][a-z0-9-]{0,58}[a-z]$/),
    })
    .map(({ key, n, host, slug, ...rest }) => ({
      ...rest,
      gap: key === null ? null : translator(rest.language).t(`card.${key}`, { n }),
      series: [],
      url: `https://${host}/c/${slug}`,
    }));

  test('no words run into others, under the pill, or off the card', () => {
    fc.assert(
      fc.property(cards, (facts) => {
        const { texts, pill } = boxesOf(cardSvg(facts));
        const whole: Box = { what: 'card', left: 60, right: 1140, top: 0, bottom: 630 };
        expect(texts.filter((box) => !within(box, whole)).map(({ what }) => what)).toEqual([]);
        const crossing = texts.flatMap((one, index) => texts.slice(index + 1).filter((other) => !apart(one, other)).map((other) => [one.what, other.what]));
        expect(crossing).toEqual([]);
        const covered = texts.filter((box) => pill !== null && !apart(box, pill) && !within(box, pill));
        expect(covered.map(({ what }) => what)).toEqual([]);
        expect(pill === null).toBe(facts.gap === null);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['fr', 'en'] as const)('a long address is told whole, above the time, in %s', (language) => {
    const url = `https://chiche.example/c/${'plus-d-abonnes-'.repeat(3)}mastodon`;
    const { texts } = boxesOf(cardSvg({ ...CARD, language, url, asOf: new Date('2026-11-27T15:12Z') }));
    expect(texts.map(({ what }) => what)).toContain(url.slice('https://'.length));
  });
});

describe('a text on the card', () => {
  test('breaks at words and ends in an ellipsis when it does not fit', () => {
    const lines = wrapText('one two three four five six seven eight', 6, 2, true);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    for (const line of lines) expect(textWidth(line, true)).toBeLessThanOrEqual(6);
  });

  test('never breaks at a no-break space', () => {
    expect(wrapText('a\u202f! b', 1.3, 3, true)).toEqual(['a\u202f!', 'b']);
  });

  test('leaves no word alone on the last line', () => {
    const lines = balanceText('one two three four five six', 10, 3, true);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)?.split(' ').length).toBeGreaterThan(1);
  });
});
