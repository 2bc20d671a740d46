import { POST_RULES, SHARING_TARGETS } from '../src/domain/post-length.ts';
import { momentsOf } from '../src/domain/post-moments.ts';
import { POST_LANGUAGES } from '../src/platform/text.ts';
import { TONES } from '../src/posts/post-templates.ts';
import { composePost, type PostFacts } from '../src/posts/posts.ts';
import { atMost, median, told, type Figure } from './figure.ts';

const ROUNDS = 20;

const FACTS: PostFacts = {
  state: 'live',
  dare: { kind: 'overtake' },
  institution: 'Ministère de l’Éducation nationale',
  title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
  language: 'fr',
  network: 'Mastodon',
  handle: '@lelibreedu@mastodon.mim-libre.fr',
  hashtag: 'TriompheModeste',
  fediverse: 5_780,
  x: 5_840,
  pledges: 1_234,
  milestones: [{ kind: 'half', at: new Date('2023-09-02T07:00:00Z'), value: 61 }],
  launchedAt: new Date('2023-08-30T07:00:00Z'),
  deadline: new Date('2023-09-04T21:59:59Z'),
  answered: true,
  now: new Date('2023-09-02T07:30:00Z'),
  endedAt: null,
  timeZone: 'Europe/Paris',
  url: 'https://chiche.example/c/lelibreedu',
};

/** Every moment, tone and language of one campaign on every network, post by post. */
export async function benchPosts(): Promise<Figure[]> {
  const times: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const moment of momentsOf(FACTS)) {
      for (const tone of TONES) {
        for (const language of POST_LANGUAGES) {
          for (const network of SHARING_TARGETS) {
            const start = performance.now();
            composePost(FACTS, { tone, language, moment, mention: true, wording: round + 1 }, POST_RULES[network]);
            // The first round warms up.
            if (round >= 0) times.push(performance.now() - start);
          }
        }
      }
    }
  }
  const sorted = times.toSorted((a, b) => a - b);
  return [
    atMost(`post: rendered for its network, at the median of ${times.length}`, median(times), 0.2, 'ms'),
    told('post: rendered for its network, 99 in a hundred', sorted[Math.floor(sorted.length * 0.99)] ?? NaN, 'ms'),
  ];
}
