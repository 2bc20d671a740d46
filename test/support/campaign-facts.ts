import type { Dare } from '../../src/domain/dare.ts';
import { forecastCrossing } from '../../src/domain/forecast.ts';
import { countsSeries, gapBetween, type Point } from '../../src/domain/gap.ts';
import { milestonesOf } from '../../src/domain/milestones.ts';
import type { PageRequest } from '../../src/platform/views.ts';
import type { CampaignFacts } from '../../src/web/campaign-facts.ts';

/** The readings of the campaign that started it all. */
const READINGS = [
  { at: new Date('2023-08-30T16:00:00Z'), fediverse: 2900, x: 5850 },
  { at: new Date('2023-09-02T07:10:00Z'), fediverse: 5090, x: 5840 },
  { at: new Date('2023-09-04T06:30:00Z'), fediverse: 5876, x: 5832 },
];

/** A request for a page in a language. */
export function pageRequest(language: PageRequest['language'] = 'fr', path = '/c/lelibreedu'): PageRequest {
  return { language, explicitLanguage: false, path, publicUrl: 'https://chiche.example', visitor: null, simulation: null };
}

/** The @lelibreedu campaign after its first `count` readings: running, or won with all three. */
export function lelibreedu(count: 1 | 2 | 3): CampaignFacts {
  const known = READINGS.slice(0, count);
  const last = known.at(-1) ?? { at: new Date(0), fediverse: 0, x: 0 };
  const facts = withSeries(
    known.map(({ at, fediverse }) => ({ at, count: fediverse })),
    known.map(({ at, x }) => ({ at, count: x })),
    { kind: 'overtake' },
    new Date(last.at.getTime() + 3_600_000),
  );
  return count < 3 ? facts : { ...facts, campaign: { ...facts.campaign, state: 'won', endedAt: last.at } };
}

/** The running campaign with a number that was corrected, one that was struck out, and a note about it. */
export function remarkedUpon(): CampaignFacts {
  const [fromAt, at] = [new Date('2023-09-01T08:00:00Z'), new Date('2023-09-01T08:10:00Z')];
  const wrong = { at: new Date('2023-09-02T07:10:00Z'), count: 50_900, number: 7, source: 'network', evidenceUrl: null } as const;
  return {
    ...lelibreedu(2),
    withdrawn: {
      fediverse: [
        { ...wrong, status: 'replaced', replacedBy: 2 },
        { ...wrong, at, count: 45_000, number: 8, status: 'struck', replacedBy: null },
      ],
      x: [],
    },
    notes: { fediverse: [{ fromAt, fromCount: 4_400, at, count: 45_000, note: { fr: 'Un <robot>.' } }], x: [] },
  };
}

/** The same campaign with any two series. */
export function withSeries(fediverse: Point[], x: Point[], dare: Dare, now: Date): CampaignFacts {
  const counts = countsSeries(fediverse, x);
  const launchedAt = fediverse[0]?.at ?? now;
  const [own, rival] = [fediverse.at(-1) ?? null, x.at(-1) ?? null];
  return {
    campaign: {
      id: '01890000-0000-7000-8000-000000000000',
      slug: 'lelibreedu',
      title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera.',
      language: 'fr',
      state: 'live',
      story: 'Le compte parle de **logiciel libre**.\n\n# Pourquoi\n\n<script>alert(1)</script>',
      quote: 'On en reparlera quand le compte aura plus d’abonnés sur Mastodon que sur X.',
      quoteSource: 'dans les couloirs du ministère',
      hashtag: 'TriompheModeste',
      deadline: new Date('2023-09-04T21:59:00Z'),
      timeZone: 'Europe/Paris',
      dare,
      launchedAt,
      endedAt: null,
      institutionReply: null,
    },
    institution: { name: 'Ministère de l’Éducation nationale', country: 'FR', kind: 'ministry', website: 'https://www.education.gouv.fr' },
    accounts: {
      fediverse: {
        network: 'mastodon',
        networkName: 'Mastodon',
        handle: 'lelibreedu@mastodon.mim-libre.fr',
        url: 'https://mastodon.mim-libre.fr/@lelibreedu',
        isElsewhere: false,
        state: 'ok',
        count: own?.count ?? null,
        latest: own && { ...own, source: 'network' },
        tries: { byPeople: false, lastAt: own?.at ?? null, nextAt: new Date(now.getTime() + 600_000), failed: 0, why: null },
      },
      x: {
        network: 'x',
        networkName: 'X',
        handle: 'lelibreedu',
        url: 'https://x.com/lelibreedu',
        isElsewhere: false,
        state: 'ok',
        count: rival?.count ?? null,
        latest: rival && { ...rival, source: 'manual' },
        tries: { byPeople: true, lastAt: null, nextAt: null, failed: 0, why: null },
      },
    },
    series: {
      fediverse: fediverse.map((point, index) => ({ ...point, number: index + 1, source: 'network', evidenceUrl: null })),
      x: x.map((point, index) => ({ ...point, number: index + 1, source: 'manual', evidenceUrl: 'https://web.archive.org/web/2023/https://x.com/lelibreedu' })),
    },
    withdrawn: { fediverse: [], x: [] },
    notes: { fediverse: [], x: [] },
    total: { count: fediverse.length + x.length, isMore: false },
    gap: gapBetween(own?.count ?? null, rival?.count ?? null),
    forecast: forecastCrossing(dare, { fediverse, x }, now),
    letters: [],
    milestones: milestonesOf(dare, counts, launchedAt, (moment) => moment.toISOString().slice(0, 10)),
    creator: null,
    pledges: {
      total: 412,
      verified: 380,
      kept: 371,
      servers: [
        { host: 'framapiaf.org', count: 58 },
        { host: 'mastodon.social', count: 51 },
      ],
      serverCount: 96,
      nextRelease: { at: 500, people: 88 },
      today: 12,
      names: ['camille@framapiaf.org'],
      wave: null,
    },
    shareText: '5 090 sur Mastodon, 5 840 sur X.\nChiche !',
    cardPath: '/c/lelibreedu/card-fr-0123456789ab.png',
    now,
  };
}
