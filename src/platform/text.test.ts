import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { PROJECT_ROOT } from './project-root.ts';
import { elided, LANGUAGES, negotiate, POST_LANGUAGES, translator, typographic } from './text.ts';

/** Kinds of elements of a parsed message (@formatjs/icu-messageformat-parser, `TYPE`). */
const TYPE = { argument: 1, plural: 6, pound: 7 };

const FOLLOWERS = 'abonn|seguidor|follower';

type Messages = Map<string, string>;

function messagesOf(language: string): Messages {
  const folder = join(PROJECT_ROOT, 'locales', language);
  return new Map(
    readdirSync(folder).flatMap((file) =>
      Object.entries(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>).map(
        ([key, message]): [string, string] => [`${file.replace('.json', '')}.${key}`, message],
      ),
    ),
  );
}

/** The names of the placeholders that are written out; a plural without `#` only makes words agree. */
function placeholders(message: string): string[] {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') {
      const { type, value: name } = value as { type?: number; value?: unknown };
      const named = type !== undefined && type >= TYPE.argument && type <= TYPE.plural && typeof name === 'string';
      if (named && (type !== TYPE.plural || JSON.stringify(value).includes(`{"type":${TYPE.pound}`))) names.add(name);
      Object.values(value).forEach(walk);
    }
  };
  walk(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true, captureLocation: false }).getAst());
  return [...names].sort();
}

/** The message as it is read: without ICU syntax, markup, addresses and times. */
function prose(message: string): string {
  return message
    .replace(/\{\w+, plural,/g, ' ')
    .replace(/(=\d+|\w+) \{/g, ' {')
    .replace(/\{\w+(, \w+)?\}/g, 'x')
    .replace(/<[^>]+>/g, '')
    .replace(/https?:\S+|\d\d:\d\d|Content-Type: \S+/g, '');
}

const french = messagesOf('fr');
const english = messagesOf('en');
/** What only posts and pictures speak. */
const others = POST_LANGUAGES.filter((language) => !LANGUAGES.some((each) => each === language)).map((language) => ({ language, messages: messagesOf(language) }));
/** What posts and pictures say. */
const POSTED = /^(account-states|card|graph|milestones)\./;

describe('the messages', () => {
  test('exist in every language, with the same placeholders', () => {
    expect([...english.keys()].sort()).toEqual([...french.keys()].sort());
    for (const [key, message] of french) {
      expect({ key, names: placeholders(english.get(key) ?? '') }).toEqual({ key, names: placeholders(message) });
    }
  });

  test('of posts and pictures exist in all of their languages, with the same placeholders', () => {
    for (const { language, messages } of others) {
      expect({ language, keys: [...messages.keys()].sort() }).toEqual({ language, keys: [...french.keys()].filter((key) => POSTED.test(key)).sort() });
      for (const [key, message] of messages) expect({ language, key, names: placeholders(message) }).toEqual({ language, key, names: placeholders(french.get(key) ?? '') });
    }
  });

  test('say with every plural of their language how many there are', () => {
    for (const { language, messages } of [...others, { language: 'fr', messages: french }, { language: 'en', messages: english }]) {
      for (const [key, message] of messages) {
        // A million wants a preposition: “1.000.000 de seguidores”.
        const isCount = new RegExp(`other \\{[^}]*# (${FOLLOWERS})`).test(message);
        if (isCount && POSTED.test(key) && 'es fr it'.includes(language)) expect({ language, key, many: message.includes('many {') }).toEqual({ language, key, many: true });
      }
    }
  });

  test('are set as their language is', () => {
    for (const { language, messages } of others) {
      for (const [key, message] of messages) {
        const text = prose(message);
        const wrong = [...text.matchAll(/["']|\s[;:!?]/g)].map(([found]) => found);
        expect({ language, key, wrong }).toEqual({ language, key, wrong: [] });
        if (language === 'es') expect(text.match(/[¡¿]/g)?.length ?? 0).toBe(text.match(/[!?]/g)?.length ?? 0);
      }
    }
  });

  test('are there for every key that a view names', () => {
    const files = readdirSync(join(PROJECT_ROOT, 'views'), { recursive: true, encoding: 'utf8' });
    const views = files.filter((file) => file.endsWith('.hbs') && !file.startsWith('posts'));
    for (const file of views) {
      const source = readFileSync(join(PROJECT_ROOT, 'views', file), 'utf8').replace(/\{\{!--.*?--\}\}/gs, '');
      for (const [, key = ''] of source.matchAll(/[{(]t "([\w.-]+)"/g)) {
        expect({ file, key, known: french.has(key) }).toEqual({ file, key, known: true });
      }
    }
  });

  test('carry markup only where their key says so', () => {
    for (const [key, message] of [...french, ...english]) {
      const tags = [...message.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
      if (!key.endsWith('_html')) expect({ key, closing: /<\//.test(message) }).toEqual({ key, closing: false });
      else for (const tag of tags) expect(tag).toMatch(/^<\/?(strong|em|b|span|code|a|br)( (class|href|rel)="[^"]*")*>$/);
    }
  });

  test('never have a straight apostrophe', () => {
    for (const [key, message] of [...french, ...english])
      expect({ key, straight: prose(message).includes("'") }).toEqual({ key, straight: false });
  });

  test('follow French typography', () => {
    for (const [key, message] of french) {
      const text = prose(message);
      const wrong = [
        ...text.matchAll(/[^\u202f\s](?=[;!?])(?<![!?])/gu),
        ...text.matchAll(/[ \u00a0](?=[;!?])/g),
        ...text.matchAll(/[^\u00a0](?=:(\s|$))/g),
        ...text.matchAll(/«(?!\u00a0)/g),
        ...text.matchAll(/(?<!\u00a0)»/g),
        ...text.matchAll(/"/g),
      ].map(([found]) => found);
      expect({ key, wrong }).toEqual({ key, wrong: [] });
    }
  });
});

describe('a translator', () => {
  test('throws on an unknown key and on a missing value', () => {
    expect(() => translator('fr').t('campaign.nothing')).toThrow('missing');
    expect(() => translator('fr').t('campaign.match.on')).toThrow();
  });

  test('escapes values, and the message itself unless it carries markup', () => {
    const { html, t } = translator('en');
    expect(html('campaign.match.on', { network: '<b>&"' })).toBe('on &#60;b&#62;&#38;&#34;');
    expect(html('campaign.pace.growing_html', { n: '<i>' })).toBe('<strong>&#60;i&#62;</strong> in a day');
    expect(() => t('campaign.pace.growing_html', { n: '1' })).toThrow('markup');
  });

  test('writes numbers and dates as the language does', () => {
    const first = new Date('2023-09-01T07:40:00Z');
    expect(translator('fr').number(5090)).toBe('5\u202f090');
    expect(translator('en').number(5090)).toBe('5,090');
    expect(translator('fr').signed(-730)).toBe('−730');
    expect(translator('fr').date(first, 'dayYear', 'Europe/Paris')).toBe('1er septembre 2023');
    expect(translator('fr').date(first, 'moment', 'Europe/Paris')).toBe('1er septembre à 09:40');
    expect(translator('en').date(first, 'weekday', 'Europe/Paris')).toBe('Friday 1 September');
    expect(translator('en').date(new Date('2023-08-31T22:30:00Z'), 'day', 'Europe/Paris')).toBe('1 September');
  });

  test.each([
    ['de', '12.345', '1. September 2023 um 09:40\u00a0Uhr (UTC+2)', 'Freitag, 1. September', '1.', '09:40'],
    ['es', '12.345', '1 de septiembre de 2023 a las 09:40 (UTC+2)', 'viernes, 1 de septiembre', '1', '09:40'],
    ['it', '12.345', '1º settembre 2023 alle ore 09:40 (UTC+2)', 'venerdì 1º settembre', '1º', '09:40'],
  ] as const)('writes numbers and dates of posts and pictures: %s', (language, number, moment, weekday, day, clock) => {
    const first = new Date('2023-09-01T07:40:00Z');
    const written = translator(language);
    expect(written.number(12_345)).toBe(number);
    const dates = (['zonedYear', 'weekday', 'dayOnly', 'clock'] as const).map((style) => written.date(first, style, 'Europe/Paris'));
    expect(dates).toEqual([moment, weekday, day, clock]);
  });

  test('knows the plurals of a language', () => {
    expect(translator('fr').isOne(0)).toBe(true);
    expect(translator('de').isOne(0)).toBe(false);
    expect(translator('es').t('card.behind', { n: 1_000_000 })).toBe('1.000.000 de seguidores por detrás');
    expect(translator('it').t('card.ahead', { n: 2_000_000 })).toBe('2.000.000 di follower di vantaggio');
    expect(translator('fr').t('card.ahead', { n: 1_000_000 })).toBe('1\u202f000\u202f000 d’abonnés d’avance');
  });
});

describe('the language of an answer', () => {
  test.each([
    ['fr-CH, en;q=0.9', undefined, 'fr'],
    ['en-GB,en;q=0.9,fr;q=0.8', undefined, 'en'],
    ['de, en;q=0.3, fr;q=0.7', undefined, 'fr'],
    ['de', undefined, 'en'],
    ['fr;q=0, en;q=0.1', undefined, 'en'],
    ['*', undefined, 'en'],
    [undefined, undefined, 'en'],
    ['en', 'fr', 'fr'],
    ['fr', ['en'], 'fr'],
    ['fr', 'xx', 'fr'],
    ['q=;;,,', undefined, 'en'],
  ])('%s with ?lang=%s is %s', (header, query, language) => {
    expect(negotiate(header, query, 'en')).toBe(language);
  });

  test('there is a translator for each', () => {
    for (const language of POST_LANGUAGES) expect(translator(language).language).toBe(language);
  });
});

test('what people type gets the no-break spaces of French, and only in French', () => {
  expect(typographic("Chiche ! C'est « oui » : 10 000 ?", 'fr')).toBe(
    'Chiche\u202f! C’est «\u00a0oui\u00a0»\u00a0: 10\u202f000\u202f?',
  );
  expect(typographic("It's on !", 'en')).toBe("It's on !");
});

test('Italian articles lose their vowel before numbers that begin with one', () => {
  expect(elided('Vinta il 8 settembre, dal 11 al 18. Il 11 si chiude; fino al 8.', 'it')).toBe('Vinta l’8 settembre, dall’11 al 18. L’11 si chiude; fino all’8.');
  expect(elided('il 80, il 111, il 1º, mail 8', 'it')).toBe('il 80, il 111, il 1º, mail 8');
  expect(elided('il 8 mars', 'fr')).toBe('il 8 mars');
  expect(translator('it').t('card.wonOn', { at: translator('it').date(new Date('2023-09-08T12:00Z'), 'dayYear', 'UTC') })).toBe('Vinta l’8 settembre 2023. Grazie!');
});
