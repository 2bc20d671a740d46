import { expect, test } from '@jest/globals';
import { COUNTRIES, timeZonesOf } from '../campaigns/countries.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import { offeredTimeZones, suggestHashtag, suggestTarget, suggestTimeZone, suggestTitle } from './start-suggestions.ts';

const fediverse: FoundAccount = {
  network: 'mastodon',
  networkName: 'Mastodon',
  handle: 'rennes@social.example',
  url: 'https://social.example/@rennes',
  actorUri: null,
  remoteId: null,
  displayName: 'Rennes',
  picture: null,
  followers: 2_900,
  linksBack: false,
};
const nobody = { fediverse: null, x: null };
const dare = { dareKind: 'overtake', target: null, deadline: null, timeZone: 'UTC' } as const;

test('a title says the dare in the language that is asked for', () => {
  const found = { fediverse, x: null };
  expect(suggestTitle('Rennes', found, dare, 'fr')).toBe('Faisons de @rennes un compte plus suivi sur Mastodon que sur X\u202f!');
  expect(suggestTitle('Rennes', found, { ...dare, dareKind: 'reach', target: 5_000 }, 'en')).toContain('5,000 followers');
});

test('a title always fits', () => {
  const open = { ...dare, dareKind: 'open' } as const;
  expect(suggestTitle('a'.repeat(120), nobody, open, 'fr').length).toBeLessThanOrEqual(140);
});

test.each([
  ['Ville de Rennes', 'ChicheVilleDeRennes'],
  ['Académie d’Orléans-Tours', 'ChicheAcadémieDOrléansTours'],
])('the hashtag for %s is %s', (name, hashtag) => {
  expect(suggestHashtag(name, nobody)).toBe(hashtag);
});

test('a long name gives way to the name of the account', () => {
  const name = 'Direction interministérielle du numérique et des systèmes';
  expect(suggestHashtag(name, { fediverse, x: null })).toBe('ChicheRennes');
});

test.each([
  [null, 100],
  [0, 100],
  [2_900, 3_500],
  [5_090, 6_500],
  [1_234_567, 1_500_000],
])('after %p followers, %p is proposed', (today, target) => {
  expect(suggestTarget(today)).toBe(target);
});

test('every country offers time zones that exist, its own first', () => {
  for (const country of COUNTRIES) {
    expect(timeZonesOf(country)).not.toContain(undefined);
    expect(offeredTimeZones(country)).toContain(suggestTimeZone(country, 'fr'));
  }
  expect(suggestTimeZone('FR', 'en')).toBe('Europe/Paris');
  expect(suggestTimeZone('US', 'en')).toBe('America/New_York');
  expect(suggestTimeZone('', 'fr')).toBe('Europe/Paris');
  expect(suggestTimeZone('', 'en')).toBe('UTC');
});
