import { expect, test } from '@jest/globals';
import { mayImpersonate, sameSite } from './impersonation.ts';

test.each([
  ['mastodon.lyon.fr', 'www.lyon.fr'],
  ['lyon.fr', 'LYON.fr'],
  ['social.numerique.gouv.fr', 'education.gouv.fr'],
  ['social.example.co.uk', 'www.example.co.uk'],
  ['mairie-gâtinais.fr', 'www.xn--mairie-gtinais-ihb.fr'],
])('%s and %s are of one owner', (a, b) => expect(sameSite(a, b)).toBe(true));

test.each([
  ['mastodon.social', 'www.lyon.fr'],
  ['lyon.fr.example', 'lyon.fr'],
  ['one.co.uk', 'two.co.uk'],
  ['com', 'com'],
  ['', ''],
])('%s and %s are strangers', (a, b) => expect(sameSite(a, b)).toBe(false));

test('an account elsewhere that the website does not name may be somebody else', () => {
  const elsewhere = { handle: 'lelibreedu@mastodon.social', linksBack: false };
  expect(mayImpersonate(elsewhere, { website: 'https://education.gouv.fr/' })).toBe(true);
  expect(mayImpersonate(elsewhere, { website: null })).toBe(true);
  expect(mayImpersonate({ ...elsewhere, linksBack: true }, { website: null })).toBe(false);
  expect(mayImpersonate({ handle: 'edu@social.education.gouv.fr', linksBack: false }, { website: 'https://education.gouv.fr/' })).toBe(false);
});
