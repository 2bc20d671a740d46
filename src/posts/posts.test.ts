import { expect, test } from '@jest/globals';
import { POST_RULES } from '../domain/post-length.ts';
import { composePost, type PostFacts } from './posts.ts';

const WON: PostFacts = {
  state: 'won',
  dare: { kind: 'overtake' },
  institution: 'Ministère de l’Éducation nationale',
  title: 'Plus sur Mastodon',
  network: 'Mastodon',
  handle: null,
  hashtag: null,
  fediverse: 5_876,
  x: 5_832,
  pledges: 0,
  endedAt: new Date('2023-09-03T22:30:00Z'),
  timeZone: 'Europe/Paris',
  url: 'https://chiche.example/c/lelibreedu',
};

test('a post about a dare that was won tells the numbers of that day, as of that day', () => {
  const words = (language: 'fr' | 'en'): string =>
    composePost(WON, { tone: 'factual', language, mention: false }, POST_RULES.mastodon).split('\n')[0]!.replace(/[\u00a0\u202f]/g, ' ');
  expect(words('en')).toBe(
    'Dare won on 4 September 2023: Ministère de l’Éducation nationale had 5,876 followers on Mastodon, against 5,832 on X.',
  );
  expect(words('fr')).toBe(
    'Défi relevé le 4 septembre 2023 : Ministère de l’Éducation nationale avait 5 876 abonnés sur Mastodon, contre 5 832 sur X.',
  );
});
