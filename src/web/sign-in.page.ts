import type { LinkFailure, SignInFailure } from '../identity/sign-in.service.ts';
import type { PasswordProblem } from '../identity/password-rules.ts';
import { translator, type Translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, textField, UNTOUCHED, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';

/** The model of `views/sign-in.hbs`. */
export type SignInView = PageModel & {
  readonly problem: string | null;
  readonly nameField: TextField;
  readonly passwordField: TextField;
  readonly next: string;
};

/** The model of `views/sign-in-link.hbs`. */
export type SignInLinkView = PageModel & {
  /** Why the link opens nothing; there is no form then. */
  readonly problem: string | null;
  readonly form: {
    readonly greeting: string;
    readonly action: string;
    readonly staffName: string;
    readonly errors: ErrorSummary | null;
    readonly passwordField: TextField;
  } | null;
};

/** What was tried, and why it failed. */
export type SignInAttempt = { readonly name: string; readonly failure: SignInFailure };

/** The sign-in form; the name stays as typed, the password does not. */
export function signInPage(next: string, attempt: SignInAttempt | null, page: PageRequest, now: Date): SignInView {
  const text = translator(page.language);
  const state: FormState = { values: { name: attempt?.name ?? '' }, errors: {} };
  return {
    head: pageHead({ title: text.t('sign-in.title') }),
    problem: attempt === null ? null : problemWords(attempt.failure, text, now),
    nameField: textField(
      { name: 'name', label: text.t('sign-in.name'), autocomplete: 'username', maxlength: 80, verbatim: true, required: true },
      state,
    ),
    passwordField: textField(
      {
        name: 'password',
        label: text.t('sign-in.password'),
        type: 'password',
        autocomplete: 'current-password',
        maxlength: 400,
        required: true,
      },
      state,
    ),
    next,
  };
}

/** The page of a one-time link: a form to choose a password, or why there is none. */
export function signInLinkPage(
  link: { staffName: string; problem: PasswordProblem | null } | LinkFailure,
  page: PageRequest,
): SignInLinkView {
  const text = translator(page.language);
  const head = pageHead({ title: text.t('sign-in.link.title') });
  if ('type' in link) return { head, problem: text.t(`sign-in.link.${link.type}`), form: null };
  const errors = link.problem === null ? {} : { password: passwordWords(link.problem, text) };
  const passwordField = textField(
    {
      name: 'password',
      label: text.t('sign-in.link.password'),
      hint: text.t('sign-in.link.hint'),
      type: 'password',
      autocomplete: 'new-password',
      maxlength: 400,
      required: true,
    },
    { ...UNTOUCHED, errors },
  );
  const form = {
    greeting: text.t('sign-in.link.greeting', { name: link.staffName }),
    action: page.path,
    staffName: link.staffName,
    errors: errorSummary([passwordField], text),
    passwordField,
  };
  return { head, problem: null, form };
}

function problemWords(failure: SignInFailure, text: Translator, now: Date): string {
  if (failure.type !== 'too-many') return text.t(`sign-in.problem.${failure.type}`);
  const minutes = Math.max(1, Math.ceil((failure.retryAt.getTime() - now.getTime()) / 60_000));
  return text.t('sign-in.problem.too-many', { minutes });
}

function passwordWords(problem: PasswordProblem, text: Translator): string {
  const { type, ...values } = problem;
  return text.t(`sign-in.password.${type}`, values);
}
