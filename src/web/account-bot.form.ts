import { z } from 'zod';
import { MOST_POSTS_A_DAY } from '../domain/publishing-rules.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { POST_LANGUAGES, type Translator } from '../platform/text.ts';
import type { Wishes } from '../posts/publishing-wishes.entity.ts';
import { checkbox, choice, errorSummary, textField, type Checkbox, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';

export const WISH_FIELDS = ['mode', 'visibility', 'language', 'quotes', 'quietFrom', 'quietUntil', 'perDay', 'standingPost'] as const;
type WishField = (typeof WISH_FIELDS)[number];

const MODES = ['on', 'dry-run', 'paused'] as const;
const VISIBILITIES = ['public', 'unlisted'] as const;
const QUOTES = ['public', 'followers', 'nobody'] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
const hour = z.enum(HOURS as [string, ...string[]]).transform(Number);

const schema = z.object({
  mode: z.enum(MODES),
  visibility: z.enum(VISIBILITIES),
  language: z.enum(POST_LANGUAGES),
  quotes: z.enum(QUOTES),
  quietFrom: hour,
  quietUntil: hour,
  perDay: z.coerce.number().int().min(1).max(MOST_POSTS_A_DAY),
  standingPost: z.enum(['yes', '']).transform((value) => value === 'yes'),
});

/** The wishes that were typed, or the names of the fields that make no sense. */
export function readWishes(values: Readonly<Record<string, string>>): Result<Wishes, readonly WishField[]> {
  const read = schema.safeParse(values);
  if (read.success) return ok(read.data);
  const names = read.error.issues.map(({ path }) => path[0]);
  return fail(WISH_FIELDS.filter((name) => names.includes(name)));
}

/** Wishes as the form holds them. */
export function typedWishes(wishes: Wishes): Record<string, string> {
  const words = WISH_FIELDS.map((name) => [name, String(wishes[name])] as const);
  return { ...Object.fromEntries(words), standingPost: wishes.standingPost ? 'yes' : '' };
}

/** For the form of wishes. */
export type WishesForm = {
  readonly errors: ErrorSummary | null;
  readonly mode: Choice;
  readonly visibility: Choice;
  readonly language: Choice;
  readonly quotes: Choice;
  readonly quietFrom: Choice;
  readonly quietUntil: Choice;
  readonly perDay: TextField;
  readonly standingPost: Checkbox;
};

export function wishesForm(values: Readonly<Record<string, string>>, wrong: readonly WishField[], text: Translator): WishesForm {
  const { t } = text;
  const problem = (name: WishField): string => t(name === 'perDay' ? 'bot.error.perDay' : 'bot.error.choose');
  const state: FormState = { values, errors: Object.fromEntries(wrong.map((name) => [name, problem(name)])) };
  const options = (name: WishField, all: readonly string[]) => all.map((value) => ({ value, label: t(`bot.${name}.${value}`) }));
  const hours = HOURS.map((value) => ({ value, label: t('bot.hour', { hour: Number(value) }) }));
  const fields = {
    mode: choice({ name: 'mode', label: t('bot.mode'), options: options('mode', MODES), required: true }, state),
    visibility: choice({ name: 'visibility', label: t('bot.visibility'), hint: t('bot.visibility.hint'), options: options('visibility', VISIBILITIES), required: true }, state),
    language: choice({ name: 'language', label: t('bot.language'), options: POST_LANGUAGES.map((value) => ({ value, label: t(`share.language.${value}`) })) }, state),
    quotes: choice({ name: 'quotes', label: t('bot.quotes'), hint: t('bot.quotes.hint'), options: options('quotes', QUOTES) }, state),
    quietFrom: choice({ name: 'quietFrom', label: t('bot.quietFrom'), options: hours }, state),
    quietUntil: choice({ name: 'quietUntil', label: t('bot.quietUntil'), hint: t('bot.quiet.hint'), options: hours }, state),
    perDay: textField({ name: 'perDay', label: t('bot.perDay'), type: 'number', inputmode: 'numeric', required: true }, state),
    standingPost: checkbox({ name: 'standingPost', label: t('bot.standingPost'), hint: t('bot.standingPost.hint') }, state),
  };
  return { errors: errorSummary(Object.values(fields), text), ...fields };
}
