import { isLanguage, LANGUAGES, translator } from '../platform/text.ts';

/** Every language of the library of posts; the pages speak fewer. */
export const POST_LANGUAGES = [...LANGUAGES, 'de', 'es', 'it'] as const;
export type PostLanguage = (typeof POST_LANGUAGES)[number];

/** What a post needs of its language. */
export type PostWriter = {
  readonly language: PostLanguage;
  /** An integer with the thousands separator of the language. */
  number(value: number): string;
  /** A day with its year. */
  day(at: Date, timeZone: string): string;
  /** Whether the word beside this number is in the singular. */
  isOne(value: number): boolean;
};

const LOCALES = { de: 'de-DE', es: 'es-ES', it: 'it-IT' } as const;

const dayFormats = new Map<string, Intl.DateTimeFormat>();

const writers = new Map(POST_LANGUAGES.map((language) => [language, createWriter(language)]));

/** How numbers, days and plurals are written in a post. */
export function postWriter(language: PostLanguage): PostWriter {
  const found = writers.get(language);
  if (!found) throw new Error(`No writer for ${language}.`);
  return found;
}

function createWriter(language: PostLanguage): PostWriter {
  const plural = new Intl.PluralRules(language);
  const isOne = (value: number): boolean => plural.select(value) === 'one';
  if (isLanguage(language)) {
    const { number, date } = translator(language);
    return { language, number, isOne, day: (at, timeZone) => date(at, 'dayYear', timeZone) };
  }
  const locale = LOCALES[language];
  const plain = new Intl.NumberFormat(locale);
  return { language, isOne, number: (value) => plain.format(value), day: (at, timeZone) => dayFormat(locale, timeZone).format(at) };
}

/** Making one takes longer than all the rest of a post. */
function dayFormat(locale: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`;
  const format = dayFormats.get(key) ?? new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone });
  dayFormats.set(key, format);
  return format;
}
