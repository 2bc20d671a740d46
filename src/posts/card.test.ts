import { describe, expect, test } from '@jest/globals';
import { cardAlt, drawCard, drawGraphPicture, type CardFacts } from './card.ts';
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
