import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Moment } from '../domain/post-moments.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { parseTemplate, type PostTemplate } from './closed-template.ts';
import { POST_LANGUAGES, type PostLanguage } from '../platform/text.ts';

export const TONES = ['factual', 'enthusiastic', 'playful'] as const;
export type Tone = (typeof TONES)[number];

/** By `<language>/<moment>.<tone>`. */
const library: ReadonlyMap<string, readonly PostTemplate[]> = new Map(POST_LANGUAGES.flatMap(readLanguage));

/**
 * The wordings of `views/posts/<language>/<moment>.<tone>.hbs`, one on each line, those that tell most first. A file that is
 * missing is a bug and throws.
 */
export function wordings(moment: Moment, tone: Tone, language: PostLanguage): readonly PostTemplate[] {
  const found = library.get(`${language}/${moment}.${tone}`);
  if (found === undefined) throw new Error(`There is no views/posts/${language}/${moment}.${tone}.hbs.`);
  return found;
}

function readLanguage(language: PostLanguage): [string, readonly PostTemplate[]][] {
  const folder = join(PROJECT_ROOT, 'views', 'posts', language);
  return readdirSync(folder).map((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n');
    return [`${language}/${file.replace(/\.hbs$/, '')}`, lines.map((line) => understood(line, `${language}/${file}`))];
  });
}

function understood(line: string, file: string): PostTemplate {
  const template = parseTemplate(line);
  if (template.ok) return template.value;
  throw new Error(`views/posts/${file}: “${line}” is no template (${template.error.type}).`);
}
