import { expect, test } from '@jest/globals';
import { cardLanguage, cardPath, type CardContent } from './card-path.ts';

const content: CardContent = {
  language: 'fr',
  title: 'Chiche !',
  state: 'live',
  dare: { kind: 'overtake' },
  latest: { fediverse: { at: new Date('2023-09-02T07:00:00Z'), count: 5090 }, x: { at: new Date('2023-09-02T07:00:00Z'), count: 5840 } },
  without: [],
  pledges: 12,
};

test('the path is the same for the same card and names its language', () => {
  expect(cardPath('lelibreedu', content)).toMatch(/^\/c\/lelibreedu\/card-fr-[0-9a-f]{12}\.png$/);
  expect(cardPath('lelibreedu', { ...content })).toBe(cardPath('lelibreedu', content));
  expect(cardLanguage('fr-0123456789ab')).toBe('fr');
  expect(cardLanguage('x')).toBeNull();
});

test.each<[string, Partial<CardContent>]>([
  ['a number', { latest: { ...content.latest, x: { at: new Date('2023-09-02T07:00:00Z'), count: 5841 } } }],
  ['the time of a reading', { latest: { ...content.latest, x: { at: new Date('2023-09-02T08:00:00Z'), count: 5840 } } }],
  ['the title', { title: 'Chiche ?' }],
  ['the state', { state: 'won' }],
  ['what became of an account', { without: ['suspended'] }],
])('%s makes another path', (_, change) => {
  expect(cardPath('lelibreedu', { ...content, ...change })).not.toBe(cardPath('lelibreedu', content));
});

test('promises make another path only where the card shows them', () => {
  expect(cardPath('lelibreedu', { ...content, pledges: 13 })).toBe(cardPath('lelibreedu', content));
  const open: CardContent = { ...content, dare: { kind: 'open' }, latest: { fediverse: null, x: null } };
  expect(cardPath('lelibreedu', { ...open, pledges: 13 })).not.toBe(cardPath('lelibreedu', open));
});
