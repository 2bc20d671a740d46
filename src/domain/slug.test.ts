import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slugOf } from './slug.ts';

const title = fc.oneof(fc.string({ unit: 'binary' }), fc.lorem({ maxCount: 30 }), fc.string({ maxLength: 200 }));

test.each([
  ['Chiche ! @lelibreedu passe devant', 'chiche-lelibreedu-passe-devant'],
  ['L’Œuvre de l’Éducation — 2023', 'l-oeuvre-de-l-education-2023'],
  ['Straße & Łódź', 'strasse-lodz'],
  ['ＷＩＤＥ', 'wide'],
  ['日本語', 'campaign'],
  ['', 'campaign'],
  ['new', 'campaign-new'],
  ['  API ', 'campaign-api'],
])('%j becomes %s', (text, slug) => {
  expect(slugOf(text)).toBe(slug);
});

test('is always a short, plain part of an address, and stays itself', () => {
  fc.assert(
    fc.property(title, fc.option(fc.integer({ min: 2, max: 9999 }), { nil: undefined }), (text, attempt) => {
      const slug = slugOf(text, attempt);
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(slug.length).toBeLessThanOrEqual(60);
      if (attempt === undefined) expect(slugOf(slug)).toBe(slug);
      else expect(slug.endsWith(`-${attempt}`)).toBe(true);
    }),
  );
});

test('is cut between words, and inside one only when there is nothing else', () => {
  expect(slugOf('un deux trois quatre cinq six sept huit neuf dix onze douze treize')).toBe(
    'un-deux-trois-quatre-cinq-six-sept-huit-neuf-dix-onze-douze',
  );
  expect(slugOf('a'.repeat(80))).toHaveLength(60);
});
