import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { POST_LANGUAGES } from '../platform/text.ts';
import { cardPath, siblingPath, type CardContent } from './card-path.ts';
import { linkPicture, parsePictureKey, parsePictureName, PICTURE_KINDS, pictureKey, pictureName, type Picture } from './picture-name.ts';

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

const pictures: fc.Arbitrary<Picture> = fc.record({
  kind: fc.constantFrom(...PICTURE_KINDS),
  language: fc.constantFrom(...POST_LANGUAGES),
  size: fc.constantFrom('wide' as const, 'square' as const),
  theme: fc.constantFrom('light' as const, 'dark' as const),
  format: fc.constantFrom('png' as const, 'svg' as const),
});

test('every picture is found again by its name, whatever the version', () => {
  fc.assert(
    fc.property(pictures, fc.option(fc.integer({ min: 0, max: 100_000 })), (picture, days) => {
      expect(parsePictureKey(pictureKey(picture))).toEqual(picture);
      const path = siblingPath(cardPath('lelibreedu', content), picture, days);
      expect(path).toMatch(/^\/c\/lelibreedu\/[a-z]+-/);
      expect(parsePictureName(path.split('/').at(-1) ?? '')).toEqual(picture);
    }),
  );
});

test('the names of cards are those of all versions before', () => {
  expect(pictureName(linkPicture('fr'), '0123456789ab')).toBe('card-fr-0123456789ab.png');
  expect(parsePictureName('card-fr-0123456789ab.png')).toEqual(linkPicture('fr'));
});

test('a countdown has another path every day', () => {
  const picture = { ...linkPicture('fr'), kind: 'countdown' } as const;
  const card = cardPath('lelibreedu', content);
  expect(siblingPath(card, picture, 3)).not.toBe(siblingPath(card, picture, 2));
  expect(siblingPath(card, linkPicture('fr'), 3)).toBe(card);
});

test.each(['card-fr.png', 'card-fr-1.png', 'card-pt-0123456789ab.png', 'card-DE-0123456789ab.png', 'card-xx-0123456789ab.png', 'tile-fr-0123456789ab.png', 'card-fr-0123456789ab.gif', 'card-fr-square-dark-dark-0123456789ab.png', ''])(
  '%j names no picture',
  (name) => expect(parsePictureName(name)).toBeNull(),
);
