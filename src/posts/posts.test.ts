import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY } from '../domain/durations.ts';
import { POST_RULES, postLength, SHARING_TARGETS } from '../domain/post-length.ts';
import { MOMENTS, momentsOf, type Moment } from '../domain/post-moments.ts';
import { POST_LANGUAGES, translator, type PostLanguage } from '../platform/text.ts';
import { parseTemplate, PLACEHOLDERS, renderTemplate, type PostTemplate, type PostValues } from './closed-template.ts';
import { TONES, wordings } from './post-templates.ts';
import { composePost, type PostFacts, type PostWishes } from './posts.ts';

const NOW = new Date('2023-09-02T07:30:00Z');
const LIVE: PostFacts = {
  state: 'live',
  dare: { kind: 'overtake' },
  institution: 'Agence nationale de la cohésion des territoires',
  title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
  language: 'fr',
  network: 'Mastodon',
  handle: '@lelibreedu@mastodon.mim-libre.fr',
  hashtag: 'TriompheModeste',
  fediverse: 5_090,
  x: 5_840,
  pledges: 12,
  milestones: [{ kind: 'record-day', at: NOW, value: 430 }],
  launchedAt: NOW,
  deadline: new Date('2023-09-04T21:59:59Z'),
  answered: true,
  now: NOW,
  endedAt: null,
  timeZone: 'Europe/Paris',
  url: 'https://chiche.example/c/lelibreedu',
};
const WON: PostFacts = { ...LIVE, state: 'won', fediverse: 5_876, x: 5_832, endedAt: new Date('2023-09-03T22:30:00Z') };
const WISHES: PostWishes = { tone: 'factual', language: 'en', mention: false, wording: 0 };

const compose = (facts: Partial<PostFacts>, wishes: Partial<PostWishes> = {}, network: (typeof SHARING_TARGETS)[number] = 'mastodon'): string =>
  composePost({ ...LIVE, ...facts }, { ...WISHES, ...wishes }, POST_RULES[network]);
const firstLine = (post: string): string => post.split('\n')[0]!.replace(/[\u00a0\u202f]/g, ' ');
const own = (source: string): PostTemplate => {
  const template = parseTemplate(source);
  if (!template.ok) throw new Error(template.error.type);
  return template.value;
};

/** The library, one wording after the other. */
const LIBRARY = POST_LANGUAGES.flatMap((language) =>
  MOMENTS.flatMap((moment) =>
    TONES.flatMap((tone) => wordings(moment, tone, language).map((template, index) => ({ language, moment, tone, index, template }))),
  ),
);

describe('a post', () => {
  test.each<[PostLanguage, string]>([
    ['en', 'Dare won on 4 September 2023. Agence nationale de la cohésion des territoires: 5,876 followers on Mastodon, 5,832 on X.'],
    ['fr', 'Défi relevé le 4 septembre 2023. Agence nationale de la cohésion des territoires : 5 876 abonnés sur Mastodon, 5 832 sur X.'],
    ['de', 'Wette gewonnen am 4. September 2023. Agence nationale de la cohésion des territoires: 5.876 Follower auf Mastodon, 5.832 auf X.'],
    ['es', 'Reto conseguido el 4 de septiembre de 2023. Agence nationale de la cohésion des territoires: 5876 seguidores en Mastodon, 5832 en X.'],
    ['it', 'Sfida vinta il 4 settembre 2023. Agence nationale de la cohésion des territoires: 5876 follower su Mastodon, 5832 su X.'],
  ])('in %s tells the numbers of the day that it was won, as its language writes them', (language, words) => {
    expect(firstLine(composePost(WON, { ...WISHES, language }, POST_RULES.mastodon))).toBe(words);
  });

  test('ends with the hashtag and the link, and calls nobody unless somebody wants it', () => {
    expect(compose({}, { moment: 'dare', wording: 1 })).toBe(
      'A citizens’ dare, with every number sourced and dated: Quand lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.\n\n#TriompheModeste\nhttps://chiche.example/c/lelibreedu',
    );
    const mentioned = compose({}, { mention: true });
    expect(mentioned).toContain('\n\n@lelibreedu@mastodon.mim-libre.fr\n#TriompheModeste\n');
    expect(mentioned.match(/@lelibreedu/g)).toHaveLength(1);
    expect(compose({ handle: null }, { mention: true })).not.toContain('@');
    expect(compose({ title: 'Follow @@suzie@town.example' }, { template: own('{{title}}') })).toMatch(/^Follow suzie@town/);
    for (const network of ['x', 'bluesky'] as const) expect(compose({}, { mention: true }, network)).not.toContain('@');
  });

  test('goes around its wordings, and has another one each day', () => {
    const dare = (wording: number): string => compose({}, { moment: 'dare', wording });
    expect(new Set([0, 1, 2].map((wording) => dare(wording))).size).toBe(3);
    expect(dare(3)).toBe(dare(0));
    const { wording: _, ...today } = WISHES;
    const on = (day: number): string => composePost({ ...LIVE, now: new Date(NOW.getTime() + day * DAY) }, { ...today, moment: 'dare' }, POST_RULES.mastodon);
    expect(on(0)).not.toBe(on(1));
  });

  test('takes a wording that fits before it shortens one', () => {
    const rules = { ...POST_RULES.mastodon, limit: 190 };
    for (const wording of [0, 1, 2, 3]) {
      expect(composePost(LIVE, { ...WISHES, moment: 'last-hundred', wording }, rules)).not.toContain('…');
    }
    const short = composePost(LIVE, { ...WISHES, moment: 'dare' }, { ...rules, limit: 110 });
    expect(short).toContain('…\n\n#TriompheModeste\nhttps://');
  });

  test('leaves the mention out first, then the hashtag, where there is no room for words', () => {
    const at = (limit: number): string => composePost(LIVE, { ...WISHES, mention: true }, { ...POST_RULES.mastodon, limit });
    expect(at(100)).toContain('@lelibreedu@');
    expect(at(90)).not.toContain('@lelibreedu@');
    expect(at(90)).toContain('#TriompheModeste');
    expect(at(70)).not.toContain('#TriompheModeste');
    expect(at(23)).toBe(LIVE.url);
  });

  test('in own words has the ending of the others, and mentions nobody either', () => {
    const template = own('{{institution}} — {{missing}} {{plural missing "one" "several"}} {{title}}');
    expect(compose({}, { template })).toBe(
      'Agence nationale de la cohésion des territoires — 751 several Quand lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.\n\n#TriompheModeste\nhttps://chiche.example/c/lelibreedu',
    );
    expect(() => compose({}, { template: own('{{target}}') })).toThrow('not known');
    expect(compose({ title: 'a' }, { template: own('{{plural x "" "@"}}{{title}}') })).toMatch(/^a\n/);
  });
});

const ONE = { fr: 'abonné|abonnement|promesse|jour', en: 'follower|follow|promise|day', de: 'Tag', es: 'seguidor|promesa|día', it: 'promessa|giorno' };
const MANY = { fr: 'abonnés|abonnements|promesses|jours', en: 'followers|follows|promises|days', de: 'Tage', es: 'seguidores|promesas|días', it: 'promesse|giorni' };

/** What every text can be filled with, once with ones and once with many. */
const filled = (count: number): PostValues => ({
  institution: 'Ville de Lyon',
  title: 'Plus de monde sur Mastodon que sur X.',
  network: 'Mastodon',
  deadline: '4 septembre 2023',
  day: '4 septembre 2023',
  ...{ fediverse: count, x: count, missing: count, target: count, pledges: count, gained: count, days: count },
});

describe('every text of the library', () => {
  test.each(POST_LANGUAGES)('in %s is as long on each network as it was', (language) => {
    const table = LIBRARY.filter((each) => each.language === language).map(({ moment, tone, index, template }) => {
      const facts = factsFor(moment, template);
      const posts = SHARING_TARGETS.map((network) => {
        const post = composePost(facts, { ...WISHES, language, template }, POST_RULES[network]);
        const { length, fits } = postLength(post, POST_RULES[network]);
        expect({ post, fits }).toEqual({ post, fits: true });
        return { post, length };
      });
      return `${[moment, tone, index].join('.').padEnd(28)} ${posts.map(({ length }) => String(length).padStart(4)).join(' ')}  ${posts[0]!.post.split('\n\n')[0]!}`;
    });
    expect([`${''.padEnd(28)} ${SHARING_TARGETS.join(' ')}`, ...table].join('\n')).toMatchSnapshot();
  });

  test('is well set, with one of a thing as with many', () => {
    for (const { language, template } of LIBRARY) {
      for (const count of [1, 2, 1_234]) {
        const text = renderTemplate(template, filled(count), translator(language)) ?? '';
        expect(text).not.toMatch(/ {2}|\s$|^\s|['"{}]|\.\.|undefined|null/);
        if (language === 'fr') expect(text).not.toMatch(/[^\u202f!?][;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»/);
        else expect(text.replaceAll('\u202f', '')).not.toMatch(/\s[;:!?]/);
        if (language === 'es') expect(text.match(/[¡¿]/g)?.length ?? 0).toBe(text.match(/[!?]/g)?.length ?? 0);
        expect(text).not.toMatch(count === 1 ? new RegExp(`\\b1 (${MANY[language]})\\b`) : new RegExp(`\\d (${ONE[language]})(?!\\p{L})`, 'u'));
      }
    }
  });

  test('has the article that a date needs: Italian says “l’8 settembre”', () => {
    const dated = LIBRARY.filter(({ language, template }) => language === 'it' && template.some((piece) => 'name' in piece && (piece.name === 'day' || piece.name === 'deadline')));
    expect(dated.length).toBeGreaterThan(4);
    for (const { template } of dated) {
      const text = renderTemplate(template, { ...filled(5), day: '8 settembre 2026', deadline: '11 settembre 2026' }, translator('it')) ?? '';
      expect(text).toMatch(/l’(8|11) settembre/);
    }
  });

  test('needs no article before the institution’s name', () => {
    for (const { language, moment, tone, template } of LIBRARY) {
      const text = renderTemplate(template, { ...filled(5), institution: 'INSTITUTION' }, translator(language)) ?? '';
      const place = /(.*)INSTITUTION(.*)/.exec(text);
      if (place === null) continue;
      // Either a heading before a colon, or somebody who is spoken to.
      const isFree = /(^|[.!?] )$/.test(place[1]!) && /^(\u00a0?:|,)/.test(place[2]!);
      expect({ moment, tone, language, text, isFree }).toEqual({ moment, tone, language, text, isFree: true });
    }
  });

  test('names each placeholder somewhere', () => {
    const names = new Set(LIBRARY.flatMap(({ template }) => template.flatMap((piece) => ('name' in piece ? [piece.name] : []))));
    expect([...names].sort()).toEqual([...PLACEHOLDERS].sort());
  });
});

/** Facts of a campaign in a moment of which the template can tell. */
function factsFor(moment: Moment, template: PostTemplate): PostFacts {
  const names = template.flatMap((piece) => ('name' in piece ? [piece.name] : []));
  const base = moment === 'won' ? WON : moment === 'over' ? { ...WON, state: 'ended' as const, fediverse: 5_700 } : LIVE;
  if (moment === 'open') return { ...base, dare: { kind: 'open' }, fediverse: null, x: null, handle: null };
  if (moment === 'last-hundred') return { ...base, fediverse: 5_800 };
  return names.includes('target') ? { ...base, dare: { kind: 'reach', target: 6_000 } } : base;
}

const count = fc.option(fc.integer({ min: 0, max: 2_000_000 }));
const anyFacts: fc.Arbitrary<PostFacts> = fc.record({
  state: fc.constantFrom('preview' as const, 'live' as const, 'won' as const, 'agreed' as const, 'ended' as const, 'closed' as const),
  dare: fc.oneof(fc.constant({ kind: 'overtake' as const }), fc.constant({ kind: 'open' as const }), fc.record({ kind: fc.constant('reach' as const), target: fc.integer({ min: 1, max: 1_000_000_000 }) })),
  institution: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }),
  language: fc.constantFrom('fr' as const, 'en' as const),
  network: fc.constantFrom('Mastodon', 'PeerTube'),
  handle: fc.option(fc.constant('@a@b.example')),
  hashtag: fc.option(fc.constantFrom('TriompheModeste', 'A'.repeat(60))),
  fediverse: count,
  x: count,
  pledges: fc.nat({ max: 100_000 }),
  milestones: fc.array(fc.record({ kind: fc.constantFrom('half' as const, 'record-day' as const), at: fc.constantFrom(NOW, new Date(0)), value: fc.integer({ min: 1, max: 5_000 }) }), { maxLength: 3 }),
  launchedAt: fc.option(fc.constantFrom(NOW, new Date(0))),
  deadline: fc.option(fc.constantFrom(new Date(NOW.getTime() + DAY), new Date(NOW.getTime() + 90 * DAY), new Date(0))),
  answered: fc.boolean(),
  now: fc.constant(NOW),
  endedAt: fc.constant(NOW),
  timeZone: fc.constantFrom('Europe/Paris', 'UTC'),
  url: fc.constantFrom(LIVE.url, `https://chiche.example/c/${'a'.repeat(80)}`),
});

test('whatever a campaign is like, each of its moments has words in every tone and language, which fit and never come twice in a row', () => {
  const wishes = fc.record({ tone: fc.constantFrom(...TONES), language: fc.constantFrom(...POST_LANGUAGES), mention: fc.boolean(), wording: fc.nat({ max: 20 }) });
  fc.assert(
    fc.property(anyFacts, wishes, fc.constantFrom(...SHARING_TARGETS), (facts, wish, network) => {
      for (const moment of momentsOf(facts)) {
        const post = composePost(facts, { ...wish, moment }, POST_RULES[network]);
        const next = composePost(facts, { ...wish, moment, wording: wish.wording + 1 }, POST_RULES[network]);
        expect(postLength(post, POST_RULES[network]).fits).toBe(true);
        expect(post.endsWith(facts.url)).toBe(true);
        expect(post).not.toBe(next);
      }
    }),
    { numRuns: 300 },
  );
});
