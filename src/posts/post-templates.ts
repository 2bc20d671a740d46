import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { LANGUAGES, translator, type Language } from '../platform/text.ts';

export const TONES = ['factual', 'enthusiastic', 'playful'] as const;
export type Tone = (typeof TONES)[number];

/** Where a campaign stands, as far as words go. */
export const MOMENTS = ['waiting', 'overtake', 'reach', 'open', 'last-hundred', 'won', 'over'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What a template may name; numbers are written by the helper `count`. */
export interface PostValues {
  institution: string;
  title: string;
  /** What the fediverse account's network is called. */
  network: string;
  fediverse: number | null;
  x: number | null;
  missing: number | null;
  target: number | null;
  pledges: number;
  /** When it was over; null before. */
  day: string | null;
}

/** `views/posts/<language>/<moment>.<tone>.hbs`, compiled at boot; posts are plain text, so nothing is escaped. */
const templates = new Map(
  LANGUAGES.flatMap((language) => {
    const folder = join(PROJECT_ROOT, 'views', 'posts', language);
    const engine = engineFor(language);
    return readdirSync(folder).map((file) => {
      const source = readFileSync(join(folder, file), 'utf8').trim();
      const template = engine.compile<PostValues>(source, { noEscape: true, strict: true, knownHelpersOnly: false });
      return [`${language}/${file}`, template] as const;
    });
  }),
);

/** The words of a post, without link, hashtag or mention; a template that is missing is a bug and throws. */
export function renderPost(moment: Moment, tone: Tone, language: Language, values: PostValues): string {
  const template = templates.get(`${language}/${moment}.${tone}.hbs`);
  if (template === undefined) throw new Error(`There is no views/posts/${language}/${moment}.${tone}.hbs.`);
  return template(values);
}

function engineFor(language: Language): typeof Handlebars {
  const engine = Handlebars.create();
  const { number } = translator(language);
  const plural = new Intl.PluralRules(language);
  engine.registerHelper({
    count: (value: number) => number(value),
    plural: (value: number, one: string, other: string) => (plural.select(value) === 'one' ? one : other),
  });
  return engine;
}
