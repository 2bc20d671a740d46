import Handlebars from 'handlebars';
import { fail, ok, type Result } from '../domain/result.ts';
import { elided, type PostLanguage, type Translator } from '../platform/text.ts';

/*
 * The language of posts: text, `{{name}}`, and `{{plural name "one" "more"}}`. Handlebars reads it, and nothing of Handlebars
 * runs: what is not one of these is refused, and what is becomes a list of pieces, so that no template can reach anything but the
 * values named here, nor take longer than its length.
 */

const TEXTS = ['institution', 'title', 'network', 'deadline', 'day'] as const;
const COUNTS = ['fediverse', 'x', 'missing', 'target', 'pledges', 'gained', 'days'] as const;
type CountName = (typeof COUNTS)[number];

/** What a template may name. */
export const PLACEHOLDERS = [...TEXTS, ...COUNTS] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** How numbers and plurals are written. */
type PostWriter = Pick<Translator<PostLanguage>, 'language' | 'number' | 'isOne'>;

/** What each name stands for; null is not known now. */
export type PostValues = Readonly<Record<(typeof TEXTS)[number], string | null> & Record<CountName, number | null>>;

type Piece =
  | { readonly text: string }
  | { readonly name: Placeholder }
  | { readonly count: CountName; readonly one: string; readonly more: string };

/** A template that was understood. */
export type PostTemplate = readonly Piece[];

/** Why a template was not understood; `what` is the part of it that is meant. */
export type TemplateError =
  | { readonly type: 'empty' }
  | { readonly type: 'too-long'; readonly limit: number }
  | { readonly type: 'too-many'; readonly limit: number }
  | { readonly type: 'syntax'; readonly line: number }
  | { readonly type: 'unknown'; readonly what: string }
  | { readonly type: 'not-allowed'; readonly what: string }
  | { readonly type: 'plural'; readonly what: string }
  | { readonly type: 'mention'; readonly what: string };

/** In units of UTF-16. */
export const MAX_TEMPLATE = 500;
/** With the longest values, a title, this bounds what comes out of a template. */
const MAX_PLACEHOLDERS = 20;

/** An @ that servers would take for the beginning of somebody's name. */
const MENTION = /(?<![\p{L}\p{N}_/=])@(?=[\p{L}\p{N}_{])\S*/u;

/** Understands a template of at most {@link MAX_TEMPLATE} units. Nobody is mentioned in one: whoever shares decides that. */
export function parseTemplate(source: string): Result<PostTemplate, TemplateError> {
  if (source.trim() === '') return fail({ type: 'empty' });
  if (source.length > MAX_TEMPLATE) return fail({ type: 'too-long', limit: MAX_TEMPLATE });
  const program = programOf(source);
  if (!program.ok) return program;
  const pieces: Piece[] = [];
  for (const statement of program.value.body) {
    const piece = pieceOf(statement, source);
    if (!piece.ok) return piece;
    pieces.push(piece.value);
  }
  const mention = MENTION.exec(source);
  if (mention !== null) return fail({ type: 'mention', what: mention[0] });
  if (pieces.filter((piece) => !('text' in piece)).length > MAX_PLACEHOLDERS) return fail({ type: 'too-many', limit: MAX_PLACEHOLDERS });
  return ok(pieces);
}

/** The names whose values a template needs and are not known. */
export function unknownIn(template: PostTemplate, values: PostValues): Placeholder[] {
  const names = template.flatMap((piece) => ('text' in piece ? [] : 'name' in piece ? [piece.name] : [piece.count]));
  return [...new Set(names)].filter((name) => values[name] === null);
}

/** The text of a template, as its language writes numbers; null as long as a value that it names is not known. */
export function renderTemplate(template: PostTemplate, values: PostValues, writer: PostWriter): string | null {
  let text = '';
  for (const piece of template) {
    if ('text' in piece) {
      text += piece.text;
      continue;
    }
    const value = values['name' in piece ? piece.name : piece.count];
    if (value === null) return null;
    if (typeof value === 'string') text += value;
    else if ('name' in piece) text += writer.number(value);
    else text += writer.isOne(value) ? piece.one : piece.more;
  }
  return elided(text, writer.language);
}

function programOf(source: string): Result<hbs.AST.Program, TemplateError> {
  try {
    return ok(Handlebars.parse(source));
  } catch (error) {
    // Whatever its parser throws is about the source, which is the only thing that it was given.
    const line = /line (\d+)/.exec(String(error))?.[1];
    return fail({ type: 'syntax', line: Number(line ?? 1) });
  }
}

function pieceOf(statement: hbs.AST.Statement, source: string): Result<Piece, TemplateError> {
  if (statement.type === 'ContentStatement') return ok({ text: (statement as hbs.AST.ContentStatement).value });
  const what = excerpt(source, statement);
  if (statement.type !== 'MustacheStatement') return fail({ type: 'not-allowed', what });
  const { path, params, hash, strip } = statement as hbs.AST.MustacheStatement;
  // `~` eats the space around it, behind which an @ is harmless.
  if (strip.open || strip.close) return fail({ type: 'not-allowed', what });
  if (path.type !== 'PathExpression' || hash !== undefined) return fail({ type: 'not-allowed', what });
  const { original } = path as hbs.AST.PathExpression;
  if (original === 'plural') return pluralOf(params, what);
  if (params.length > 0) return fail({ type: 'not-allowed', what });
  const name = PLACEHOLDERS.find((known) => known === original);
  return name === undefined ? fail({ type: 'unknown', what: original }) : ok({ name });
}

function pluralOf([number, one, more, ...rest]: hbs.AST.Expression[], what: string): Result<Piece, TemplateError> {
  if (!isPath(number) || !isText(one) || !isText(more) || rest.length > 0) return fail({ type: 'plural', what });
  const count = COUNTS.find((known) => known === number.original);
  return count === undefined ? fail({ type: 'unknown', what: number.original }) : ok({ count, one: one.value, more: more.value });
}

function isPath(expression: hbs.AST.Expression | undefined): expression is hbs.AST.PathExpression {
  return expression?.type === 'PathExpression';
}

function isText(expression: hbs.AST.Expression | undefined): expression is hbs.AST.StringLiteral {
  return expression?.type === 'StringLiteral';
}

/** The statement as it was written, shortened. */
function excerpt(source: string, { loc }: hbs.AST.Statement): string {
  return (source.split('\n')[loc.start.line - 1] ?? '').slice(loc.start.column, loc.start.column + 40);
}
