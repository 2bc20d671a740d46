import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { PROJECT_ROOT } from './project-root.ts';

/** Every language the pages speak. */
export const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** And those that only posts and pictures speak: `locales` has what these say, and nothing of the pages. */
export const POST_LANGUAGES = [...LANGUAGES, 'de', 'es', 'it'] as const;
export type PostLanguage = (typeof POST_LANGUAGES)[number];

/** What may fill a placeholder of a message. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** How much of an instant to write: a month, a day, a day with its year, its weekday, or down to the minute, also with its zone. */
export type DateStyle =
  | 'month' | 'monthYear' | 'monthShort' | 'monthShortYear' | 'dayOnly' | 'dayShort' | 'day' | 'dayYear' | 'weekday' | 'moment' | 'momentYear' | 'zoned' | 'zonedYear' | 'clock';

/** Everything needed to write in one language. */
export type Translator<Spoken extends PostLanguage = Language> = {
  readonly language: Spoken;
  /** The plain text of `<page>.<key>`; an unknown key or a missing value is a bug and throws. */
  t(key: string, values?: MessageValues): string;
  /** The same as HTML: values are escaped; keys ending in `_html` may carry markup of their own. */
  html(key: string, values?: MessageValues): string;
  /** An integer with the thousands separator of the language. */
  number(value: number): string;
  /** An integer with its sign, `+730` or `−42`. */
  signed(value: number): string;
  /** Whether the word beside this number is in the singular. */
  isOne(value: number): boolean;
  date(at: Date, style: DateStyle, timeZone: string): string;
};

/** English dates and numbers follow the European habit: 2 September 2023, 5,090. */
export const LOCALES: Readonly<Record<PostLanguage, string>> = { fr: 'fr-FR', en: 'en-GB', de: 'de-DE', es: 'es-ES', it: 'it-IT' };

const DATE_FIELDS: Readonly<Record<DateStyle, Intl.DateTimeFormatOptions>> = {
  month: { month: 'long' },
  monthYear: { month: 'long', year: 'numeric' },
  monthShort: { month: 'short' },
  monthShortYear: { month: 'short', year: 'numeric' },
  dayOnly: { day: 'numeric' },
  dayShort: { day: 'numeric', month: 'short' },
  day: { day: 'numeric', month: 'long' },
  dayYear: { day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'long', day: 'numeric', month: 'long' },
  moment: { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
  momentYear: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  zoned: { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZoneName: 'shortOffset' },
  zonedYear: {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'shortOffset',
  },
  clock: { hour: '2-digit', minute: '2-digit' },
};

const MARKUP_SUFFIX = '_html';

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** The source of each message by its name. */
type Catalogue = ReadonlyMap<string, string>;

const translators = new Map<PostLanguage, Translator<PostLanguage>>(POST_LANGUAGES.map((language) => [language, createTranslator(language)]));

/** The translator of a language; a message is compiled when it is first wanted. */
export function translator<Spoken extends PostLanguage>(language: Spoken): Translator<Spoken> {
  const found = translators.get(language);
  if (!found) throw new Error(`No translator for ${language}.`);
  return found as Translator<Spoken>;
}

/** Says whether a value names one of the languages. */
export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/**
 * Chooses the language of an answer: an explicit `?lang=` first, then the best of
 * `Accept-Language` (RFC 9110, 12.5.4), then `fallback`.
 */
export function negotiate(acceptLanguage: string | undefined, query: unknown, fallback: Language = 'fr'): Language {
  if (isLanguage(query)) return query;
  const wanted = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map(parseRange)
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) {
    if (isLanguage(language)) return language;
    if (language === '*') return fallback;
  }
  return fallback;
}

/**
 * Text that a person typed, with the no-break spaces of French so that no “!” or “»” starts a line.
 * No word is changed.
 */
export function typographic(text: string, language: string): string {
  if (language !== 'fr') return text;
  return text
    .replace(/ ([;!?])/g, '\u202f$1')
    .replace(/ ([:»])/g, '\u00a0$1')
    .replace(/« /g, '«\u00a0')
    .replace(/(\d) (?=\d{3}(?!\d))/g, '$1\u202f')
    .replace(/(\p{L})'(?=\p{L})/gu, '$1’');
}

/** Italian articles before numbers that begin with a vowel: “l’8 settembre”, “dall’11”. Other languages stay as they are. */
export function elided(text: string, language: string): string {
  if (language !== 'it') return text;
  return text.replace(/\b(?:([iI])l|((?:a|da|de|ne|su)l)) (?=(?:8|11)(?!\d))/gi, (_, alone: string | undefined, joined: string | undefined) =>
    alone === undefined ? `${joined ?? ''}l’` : alone === 'I' ? 'L’' : 'l’',
  );
}

/** Escapes text for an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function parseRange(range: string): { language: string; quality: number } {
  const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { language: tag.trim().split('-')[0] ?? '', quality: Number.isFinite(quality) ? quality : 0 };
}

function createTranslator(language: PostLanguage): Translator<PostLanguage> {
  const catalogue = readCatalogue(language);
  const plain = new Intl.NumberFormat(LOCALES[language]);
  const plural = new Intl.PluralRules(LOCALES[language]);
  const signs = new Intl.NumberFormat(LOCALES[language], { signDisplay: 'exceptZero' });
  const compiled = new Map<string, IntlMessageFormat>();
  const compile = (key: string): IntlMessageFormat => {
    const source = catalogue.get(key);
    if (source === undefined) throw new Error(`The message ${key} is missing in ${language}.`);
    const message = new IntlMessageFormat(source, LOCALES[language], undefined, { ignoreTag: true });
    compiled.set(key, message);
    return message;
  };
  const format = (key: string, values: MessageValues): string => elided(String((compiled.get(key) ?? compile(key)).format(values)), language);
  return {
    language,
    t: (key, values = {}) => {
      if (key.endsWith(MARKUP_SUFFIX)) throw new Error(`${key} carries markup: ask for it with html().`);
      return format(key, values);
    },
    html: (key, values = {}) =>
      key.endsWith(MARKUP_SUFFIX) ? format(key, escapeValues(values)) : escapeHtml(format(key, values)),
    number: (value) => plain.format(value),
    isOne: (value) => plural.select(value) === 'one',
    signed: (value) => signs.format(value).replace('-', '−'),
    date: (at, style, timeZone) => formatDate(at, style, timeZone, language),
  };
}

function escapeValues(values: MessageValues): MessageValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? escapeHtml(value) : value]),
  );
}

/** Reads `locales/<language>/<page>.json`; a message is named `<page>.<key>`. */
function readCatalogue(language: PostLanguage): Catalogue {
  const folder = join(PROJECT_ROOT, 'locales', language);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.flatMap((file) => {
      const messages = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>;
      return Object.entries(messages).map(([key, message]) => [`${basename(file, '.json')}.${key}`, message] as const);
    }),
  );
}

function formatDate(at: Date, style: DateStyle, timeZone: string, language: PostLanguage): string {
  const key = `${language} ${style} ${timeZone}`;
  const format =
    dateFormats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { ...DATE_FIELDS[style], timeZone });
  dateFormats.set(key, format);
  const written = (part: Intl.DateTimeFormatPart): string => {
    if (part.type === 'timeZoneName') return `(${offsetWords(part.value)})`;
    return habits[language]?.(part, style) ?? part.value;
  };
  return format.formatToParts(at).map(written).join('');
}

/** What Intl leaves out: “1er septembre”, “1º settembre”, “am 31.” and “09:10 Uhr”. */
const habits: Readonly<Partial<Record<PostLanguage, (part: Intl.DateTimeFormatPart, style: DateStyle) => string | undefined>>> = {
  fr: ({ type, value }) => (type === 'day' && value === '1' ? '1er' : undefined),
  it: ({ type, value }) => (type === 'day' && value === '1' ? '1º' : undefined),
  de: ({ type, value }, style) => (type === 'day' && style === 'dayOnly' ? `${value}.` : type === 'minute' && style !== 'clock' ? `${value}\u00a0Uhr` : undefined),
};

/** `UTC+2` in every language, and `UTC` alone where clocks show it; Intl says `GMT+2` or `UTC+0`. */
function offsetWords(name: string): string {
  return name.replace('GMT', 'UTC').replace(/[+−-]0$/, '');
}
