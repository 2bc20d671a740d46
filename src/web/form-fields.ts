import type { Translator } from '../platform/text.ts';

/** What was typed and what is wrong with it, by field name; errors are sentences in the reader's language. */
export type FormState = {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
};

export const UNTOUCHED: FormState = { values: {}, errors: {} };

type Common = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly error: string | null;
  /** Ids for `aria-describedby`: the hint, then the error. */
  readonly describedBy: string | null;
  readonly required: boolean;
};

/** For the partial `field`. */
export type TextField = Common & {
  readonly value: string;
  readonly type: 'text' | 'email' | 'url' | 'number' | 'date' | 'time' | 'password' | 'search';
  readonly inputmode: 'text' | 'email' | 'url' | 'numeric' | null;
  readonly autocomplete: string | null;
  readonly placeholder: string | null;
  readonly maxlength: number | null;
  /** True for handles, names and codes: no capital, no correction, no spelling. */
  readonly verbatim: boolean;
};

/** For the partial `textarea`. */
export type TextArea = Common & { readonly value: string; readonly rows: number; readonly maxlength: number | null };

/** For the partial `checkbox`. */
export type Checkbox = Common & { readonly value: string; readonly checked: boolean };

/** For the partials `choices` (radio buttons) and `select`. */
export type Choice = Common & {
  readonly options: readonly {
    readonly id: string;
    readonly value: string;
    readonly label: string;
    readonly hint: string | null;
    readonly chosen: boolean;
  }[];
};

/** For the partial `file`: browsers never fill it in again. */
export type FileField = Common & { readonly accept: string };

/** For the partial `errors`, placed at the top of the form. */
export type ErrorSummary = { readonly title: string; readonly items: readonly { id: string; message: string }[] };

type Spec = { readonly name: string; readonly label: string; readonly hint?: string; readonly required?: boolean };

/** A one-line field that keeps what was typed. */
export function textField(
  spec: Spec & Partial<Pick<TextField, 'type' | 'inputmode' | 'autocomplete' | 'placeholder' | 'maxlength' | 'verbatim'>>,
  state: FormState,
): TextField {
  return {
    ...common(spec, state),
    value: state.values[spec.name] ?? '',
    type: spec.type ?? 'text',
    inputmode: spec.inputmode ?? null,
    autocomplete: spec.autocomplete ?? null,
    placeholder: spec.placeholder ?? null,
    maxlength: spec.maxlength ?? null,
    verbatim: spec.verbatim ?? false,
  };
}

/** A field of several lines that keeps what was typed. */
export function textArea(spec: Spec & { rows?: number; maxlength?: number }, state: FormState): TextArea {
  return {
    ...common(spec, state),
    value: state.values[spec.name] ?? '',
    rows: spec.rows ?? 5,
    maxlength: spec.maxlength ?? null,
  };
}

/** A box that is unticked until the person ticks it. */
export function checkbox(spec: Spec & { value?: string }, state: FormState): Checkbox {
  const value = spec.value ?? 'yes';
  return { ...common(spec, state), value, checked: state.values[spec.name] === value };
}

/** One of several options; `initial` is chosen as long as nothing was. */
export function choice(
  spec: Spec & { options: readonly { value: string; label: string; hint?: string }[]; initial?: string },
  state: FormState,
): Choice {
  const chosen = state.values[spec.name] ?? spec.initial;
  const options = spec.options.map(({ value, label, hint }) => ({
    id: `${spec.name}-${value}`,
    value,
    label,
    hint: hint ?? null,
    chosen: value === chosen,
  }));
  return { ...common(spec, state), options };
}

/** A file to choose; `accept` lists media types. */
export function fileField(spec: Spec & { accept: string }, state: FormState): FileField {
  return { ...common(spec, state), accept: spec.accept };
}

/** What to put right, with a link to each field; null when nothing is wrong. */
export function errorSummary(fields: readonly Common[], text: Translator): ErrorSummary | null {
  const items = fields.flatMap(({ id, error }) => (error === null ? [] : [{ id, message: error }]));
  return items.length === 0 ? null : { title: text.t('form.errors', { count: items.length }), items };
}

function common(spec: Spec, state: FormState): Common {
  const id = spec.name;
  const hint = spec.hint ?? null;
  const error = state.errors[spec.name] ?? null;
  const described = [hint === null ? '' : `${id}-hint`, error === null ? '' : `${id}-error`].filter(Boolean).join(' ');
  return {
    id,
    name: spec.name,
    label: spec.label,
    hint,
    error,
    describedBy: described || null,
    required: spec.required ?? false,
  };
}
