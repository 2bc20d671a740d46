import { describe, expect, test } from '@jest/globals';
import type { Dare } from '../domain/dare.ts';
import { INSTITUTION_KINDS } from '../institutions/institution.entity.ts';
import { LANGUAGES, type Language } from '../platform/text.ts';
import { COUNTRIES } from './countries.ts';
import { composeLetter, renewLetter, type LetterFacts } from './letter-text.ts';

const AT = new Date('2023-09-02T07:10:00Z');
const DARES: readonly Dare[] = [{ kind: 'overtake' }, { kind: 'reach', target: 1 }, { kind: 'reach', target: 6_000 }, { kind: 'open' }];

function facts(language: Language, fields: Partial<LetterFacts> = {}): LetterFacts {
  return {
    language,
    institution: { name: "Ministère de l'Éducation  nationale", country: 'FR', kind: 'ministry' },
    dare: { kind: 'overtake' },
    title: "Quand @lelibreedu aura plus d'abonnés sur Mastodon que sur X, on en reparlera.",
    titleLanguage: 'fr',
    network: 'Mastodon',
    handle: '@lelibreedu@mastodon.mim-libre.fr',
    accounts: [
      { network: 'Mastodon', handle: '@lelibreedu@mastodon.mim-libre.fr', latest: { count: 5_090, at: AT, source: language === 'fr' ? 'lu sur le serveur du compte' : 'read on the account’s own server' } },
      { network: 'X', handle: '@lelibreedu', latest: { count: 5_840, at: AT, source: language === 'fr' ? 'lu par des personnes, confirmé' : 'read by people, confirmed' } },
    ],
    pledges: 214,
    timeZone: 'Europe/Paris',
    addressee: null,
    signature: null,
    links: { campaign: 'https://chiche.example/c/lelibreedu', method: 'https://chiche.example/about/method', reply: 'https://chiche.example/report/lelibreedu?kind=reply' },
    ...fields,
  };
}

/** What no letter may have, whatever it is made of. */
function faults(text: string, language: Language): string[] {
  const words = text.replace(/https?:\S+/g, 'LINK');
  const found: [string, RegExp][] = [
    ['two spaces', /[ \u00a0\u202f]{2}/],
    ['a space at an end', /^[ \u00a0\u202f]|[ \u00a0\u202f]$/m],
    ['a placeholder', /[{}[\]]|undefined|null|NaN/],
    ['an empty line too many', /\n{3}/],
    ['nothing where something should be', /(?:«\u00a0\u00a0»|“”|\(\)|, ,|: ?$(?!\n–))/m],
    ['two marks', /[,.;:!?]{2}/],
    ['one of many', /(?<![\d\u202f,])1 (?:abonnés|personnes|followers|people)\b/],
    ...(language === 'fr' ? ([['a straight apostrophe', /'/], ['a space that breaks', / [;:!?»]|« /], ['no space', /\p{L}[;!?»]/u]] as [string, RegExp][]) : []),
  ];
  return found.flatMap(([name, pattern]) => (pattern.test(words) ? [`${name}: ${pattern.exec(words)?.[0]} in ${words}`] : []));
}

describe.each(LANGUAGES)('a letter in %s', (language) => {
  test('is well written to every kind of institution of every country, whatever the dare', () => {
    const wrong = [...COUNTRIES].flatMap((country, index) =>
      INSTITUTION_KINDS.flatMap((kind) => {
        const dare = DARES[index % DARES.length] ?? { kind: 'open' };
        const handle = dare.kind === 'open' ? null : '@lelibreedu@mastodon.mim-libre.fr';
        const { text, subject } = composeLetter(facts(language, { institution: { name: 'Agence', country, kind }, dare, handle }));
        return [...faults(text, language), ...faults(subject, language)];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('says what is known in good grammar, be it one, a million or nothing', () => {
    const account = facts(language).accounts[0];
    if (account?.latest == null) throw new Error('The world has no number.');
    for (const count of [0, 1, 2, 1_000_000, null]) {
      for (const pledges of [0, 1, 12]) {
        const accounts = [{ ...account, latest: count === null ? null : { ...account.latest, count } }];
        const { text, parts } = composeLetter(facts(language, { accounts, pledges }));
        expect(faults(text, language)).toEqual([]);
        expect(parts.numbers.split('\n')).toHaveLength(pledges === 0 ? 1 : 2);
        expect(text).toContain(parts.numbers);
      }
    }
  });

  test('carries its numbers with their dates and sources, the links, and that it is not official', () => {
    const { text, subject } = composeLetter(facts(language));
    for (const link of Object.values(facts(language).links)) expect(text).toContain(link);
    expect(text).toMatch(language === 'fr' ? /5\u202f090 abonnés, le 2 septembre 2023 à 09:10 \(UTC\+2\), lu sur le serveur du compte/ : /5,090 followers, on 2 September 2023 at 09:10 \(UTC\+2\), read on the account’s own server/);
    expect(text).toMatch(language === 'fr' ? /n’est pas officielle/ : /is unofficial/);
    expect(text).toContain('Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera');
    expect(subject).toContain('Ministère de l');
  });
});

describe('the form of address', () => {
  function address(language: Language, country: string, kind: LetterFacts['institution']['kind'], addressee: string | null = null) {
    return composeLetter(facts(language, { institution: { name: 'X', country, kind }, addressee })).parts;
  }

  test.each([
    ['FR', 'ministry', 'Madame la Ministre, Monsieur le Ministre,', /haute considération\.$/],
    ['FR', 'university', 'Madame la Présidente, Monsieur le Président,', /considération distinguée\.$/],
    ['BE', 'city', 'Madame la Bourgmestre, Monsieur le Bourgmestre,', /considération distinguée\.$/],
    ['BE', 'university', 'Madame la Rectrice, Monsieur le Recteur,', /considération distinguée\.$/],
    ['CH', 'ministry', 'Madame la Conseillère fédérale, Monsieur le Conseiller fédéral,', /nos salutations distinguées\.$/],
    ['CA', 'city', 'Madame la Mairesse, Monsieur le Maire,', /^Veuillez agréer/],
    ['LU', 'city', 'Madame la Bourgmestre, Monsieur le Bourgmestre,', /considération distinguée\.$/],
    ['EU', 'agency', 'Madame la Directrice exécutive, Monsieur le Directeur exécutif,', /considération distinguée\.$/],
    ['JP', 'other', 'Madame, Monsieur,', /considération distinguée\.$/],
  ] as const)('in French, of %s, %s, is the usual one, for women and men', (country, kind, salutation, closing) => {
    const parts = address('fr', country, kind);
    expect(parts.salutation).toBe(salutation);
    expect(parts.closing).toMatch(closing);
    expect(parts.closing).toContain(salutation.replace(/,$/, ''));
  });

  test.each([
    ['GB', 'university', 'Dear Vice-Chancellor,', 'Yours sincerely,'],
    ['GB', 'ministry', 'Dear Minister,', 'Yours sincerely,'],
    ['IE', 'city', 'Dear Chief Executive,', 'Yours sincerely,'],
    ['US', 'ministry', 'Dear Secretary,', 'Respectfully yours,'],
    ['US', 'region', 'Dear Governor,', 'Sincerely yours,'],
    ['CA', 'region', 'Dear Premier,', 'Yours sincerely,'],
    ['DE', 'city', 'Dear Mayor,', 'Yours sincerely,'],
    ['DE', 'court', 'To whom it may concern,', 'Yours faithfully,'],
  ] as const)('in English, of %s, %s, is the usual one, for anyone', (country, kind, salutation, closing) => {
    expect(address('en', country, kind)).toMatchObject({ salutation, closing });
    expect(address('en', country, kind).salutation).not.toMatch(/\b(?:Sir|Madam|Mr|Mrs|Ms)\b/);
  });

  test('is the one that was typed, without the marks that it was typed with', () => {
    for (const typed of ['Madame la Ministre', ' Madame la  Ministre, ', 'Madame la Ministre :']) {
      expect(address('fr', 'FR', 'ministry', typed)).toMatchObject({
        salutation: 'Madame la Ministre,',
        closing: 'Nous vous prions d’agréer, Madame la Ministre, l’expression de notre haute considération.',
      });
    }
    expect(address('en', 'GB', 'university', 'Dear Professor Lovelace,')).toMatchObject({ salutation: 'Dear Professor Lovelace,', closing: 'Yours sincerely,' });
  });
});

describe('a letter in somebody’s own words', () => {
  const kept = composeLetter(facts('fr'));
  const account = facts('fr').accounts[0];
  if (account?.latest == null) throw new Error('The world has no number.');
  const today = composeLetter(facts('fr', { accounts: [{ ...account, latest: { ...account.latest, count: 5_900 } }], addressee: 'Madame la Ministre' }));

  test('gets today’s numbers and address as long as it left them as they were', () => {
    const own = kept.text.replace('Nous vous écrivons en toute indépendance', 'Nous, qui enseignons, vous écrivons');
    const { text, stale } = renewLetter(own, kept.parts, today.parts);
    expect(stale).toEqual([]);
    expect(text).toContain('5\u202f900 abonnés');
    expect(text).not.toContain('5\u202f090');
    expect(text).toMatch(/^Madame la Ministre,\n\nNous, qui enseignons/);
  });

  test('stays untouched where they were rewritten, which is told', () => {
    const own = kept.text.replace(kept.parts.numbers, 'Cinq mille, et bientôt six.');
    const { text, stale } = renewLetter(own, kept.parts, today.parts);
    expect(stale).toEqual(['numbers']);
    expect(text).toContain('Cinq mille, et bientôt six.');
    expect(renewLetter(own, kept.parts, kept.parts)).toEqual({ text: own, stale: [] });
  });

  test('may hold anything that a pattern would misunderstand', () => {
    const parts = { ...kept.parts, numbers: '$& costs $1' };
    expect(renewLetter(kept.text, kept.parts, parts).text).toContain('$& costs $1');
  });
});
