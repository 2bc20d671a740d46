import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { Dare } from '../domain/dare.ts';
import type { Institution } from '../institutions/institution.entity.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { LANGUAGES, translator, typographic, type Language, type Translator } from '../platform/text.ts';

/** What a letter to an institution is made of. */
export interface LetterFacts {
  language: Language;
  institution: Pick<Institution, 'name' | 'country' | 'kind'>;
  dare: Dare;
  title: string;
  /** Of the title. */
  titleLanguage: Language;
  /** What the fediverse account's network is called. */
  network: string;
  /** `@user@host`; null before the account exists. */
  handle: string | null;
  accounts: readonly LetterAccount[];
  pledges: number;
  timeZone: string;
  /** “Madame la Ministre”; null: the country's usual form, for anyone. */
  addressee: string | null;
  /** Who signs; null: those who lead the campaign. */
  signature: string | null;
  links: { campaign: string; method: string; reply: string };
}

/** An account of the institution with its number, when it was read, and where it comes from in words of the letter's language. */
export interface LetterAccount {
  network: string;
  handle: string;
  /** Null is not known. */
  latest: { count: number; at: Date; source: string } | null;
}

/** What of a letter changes from day to day, or with whom it is written to. */
export const LETTER_PARTS = ['salutation', 'numbers', 'closing', 'signature'] as const;
export type LetterParts = Record<(typeof LETTER_PARTS)[number], string>;

export interface ComposedLetter {
  subject: string;
  /** Paragraphs with an empty line between them. */
  text: string;
  parts: LetterParts;
}

/** `views/letters/<language>/letter.hbs`, compiled at boot; letters are plain text, so nothing is escaped. */
const templates = new Map(
  LANGUAGES.map((language) => {
    const source = readFileSync(join(PROJECT_ROOT, 'views', 'letters', language, 'letter.hbs'), 'utf8').trim();
    return [language, Handlebars.create().compile(source, { noEscape: true, strict: true })] as const;
  }),
);

/** The letter with the numbers as they are known. */
export function composeLetter(facts: LetterFacts): ComposedLetter {
  const text = translator(facts.language);
  const { institution, network, handle, dare, links } = facts;
  const parts = { ...addressOf(facts, text), numbers: numbersOf(facts, text), signature: signatureOf(facts, text) };
  const words = templates.get(facts.language)?.({
    ...parts,
    institution: inLine(institution.name, facts.language),
    title: titleOf(facts),
    dare: text.t(`letter.dare.${dare.kind}`, { network, handle: handle ?? '', target: dare.kind === 'reach' ? dare.target : 0 }),
    request: text.t(`letter.ask.${handle === null ? 'open' : 'use'}`, { network, handle: handle ?? '' }),
    network,
    links,
  });
  if (words === undefined) throw new Error(`There is no views/letters/${facts.language}/letter.hbs.`);
  return { subject: text.t('letter.subject', { institution: inLine(institution.name, facts.language), network }), text: words, parts };
}

/**
 * Somebody's own words with the parts of today in the place of those of the day on which they were kept. `stale` are the parts that
 * they rewrote and that would be others today.
 */
export function renewLetter(own: string, kept: LetterParts, today: LetterParts): { text: string; stale: (keyof LetterParts)[] } {
  const changed = LETTER_PARTS.filter((part) => kept[part] !== today[part]);
  const text = changed.reduce((words, part) => words.replace(kept[part], () => today[part]), own);
  return { text, stale: changed.filter((part) => !own.includes(kept[part])) };
}

function addressOf({ addressee, institution, language }: LetterFacts, { t }: Translator): Pick<LetterParts, 'salutation' | 'closing'> {
  const { country, kind } = institution;
  const form = addressee === null ? t('letter.form', { country, kind }) : inLine(addressee, language).replace(/^dear\s+|[\s,;.:!]+$/giu, '');
  return { salutation: t('letter.salutation', { form }), closing: t('letter.closing', { form, country, kind }) };
}

function numbersOf({ accounts, pledges, timeZone }: LetterFacts, text: Translator): string {
  const lines = accounts.map(({ network, handle, latest }) =>
    latest === null
      ? text.t('letter.unknown', { network, handle })
      : text.t('letter.count', { network, handle, n: latest.count, at: text.date(latest.at, 'zonedYear', timeZone), source: latest.source }),
  );
  const promised = pledges > 0 ? [text.t('letter.pledges', { n: pledges })] : [];
  const all = [...lines, ...promised];
  return all.map((line, index) => text.t(index === all.length - 1 ? 'letter.lastLine' : 'letter.line', { line })).join('\n');
}

function signatureOf({ signature, language, ...facts }: LetterFacts, { t }: Translator): string {
  return signature === null ? t('letter.signature', { title: titleOf({ ...facts, language }) }) : typographic(signature.trim(), language);
}

/** A title stands inside of quotation marks, which end it better than its own stop. */
function titleOf({ title, titleLanguage }: Pick<LetterFacts, 'title' | 'titleLanguage' | 'language'>): string {
  return inLine(title, titleLanguage).replace(/\.$/, '');
}

function inLine(text: string, language: Language): string {
  return typographic(text.replace(/\s+/gu, ' ').trim(), language);
}
