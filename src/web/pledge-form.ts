import { MOST_OTHERS } from '../domain/conditional-release.ts';
import type { HandleError } from '../domain/handle.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { checkbox, errorSummary, textField, type Checkbox, type ErrorSummary, type TextField } from './form-fields.ts';

/** Why a pledge could not be taken. */
export type PledgeProblem =
  | HandleError
  | { readonly type: 'no-such-account'; readonly host: string }
  | { readonly type: 'blocked-server'; readonly host: string }
  | { readonly type: 'own-handle' | 'finished' }
  | { readonly type: 'consent' }
  | { readonly type: 'when-others' };

/** What came back from the form, to be shown again with what is wrong. */
export type PledgeAttempt = {
  readonly handle: string;
  readonly consent: boolean;
  readonly showName: boolean;
  /** For how many others to wait, as typed; '' for nobody. */
  readonly whenOthers: string;
  readonly problems: readonly PledgeProblem[];
  /** The code of the supporter by whose link they came; '' for none. */
  readonly via: string;
};

/** For the partial `pledge-form`. */
export type PledgeFormView = {
  readonly action: string;
  /** The form is shown unfolded after a failed attempt. */
  readonly open: boolean;
  readonly errors: ErrorSummary | null;
  readonly handle: TextField;
  readonly consent: Checkbox;
  readonly showName: Checkbox;
  /** For how many others to wait; unfolded once something was typed. */
  readonly condition: { readonly open: boolean; readonly whenOthers: TextField };
  /** Null: nobody's link led here. */
  readonly via: string | null;
};

export const NO_ATTEMPT: PledgeAttempt = { handle: '', consent: false, showName: false, whenOthers: '', problems: [], via: '' };

/** The pledge form; it posts `handle`, `consent=yes`, `showName=yes`, `whenOthers` and `via` to `/c/<slug>/pledge`. */
export function pledgeForm(slug: string, attempt: PledgeAttempt, request: PageRequest, text: Translator): PledgeFormView {
  const state = {
    values: {
      handle: attempt.handle,
      whenOthers: attempt.whenOthers,
      ...(attempt.consent && { consent: 'yes' }),
      ...(attempt.showName && { showName: 'yes' }),
    },
    errors: Object.fromEntries(attempt.problems.map((problem) => [fieldOf(problem), problemWords(problem, text)])),
  };
  const handle = textField(
    {
      name: 'handle',
      label: text.t('campaign.pledge.handle'),
      hint: text.t('campaign.pledge.handleHint'),
      inputmode: 'email',
      autocomplete: 'on',
      maxlength: 300,
      verbatim: true,
      required: true,
    },
    state,
  );
  const consent = checkbox(
    {
      name: 'consent',
      label: text.t('campaign.pledge.consent'),
      hint: text.t('campaign.pledge.consentHint'),
      required: true,
    },
    state,
  );
  const showName = checkbox({ name: 'showName', label: text.t('campaign.pledge.showName') }, state);
  const whenOthers = textField(
    {
      name: 'whenOthers',
      label: text.t('campaign.pledge.whenOthers'),
      hint: text.t('campaign.pledge.whenOthersHint'),
      inputmode: 'numeric',
      autocomplete: 'off',
      maxlength: 30,
      verbatim: true,
    },
    state,
  );
  return {
    action: localUrl(`/c/${slug}/pledge`, request),
    open: attempt.problems.length > 0,
    errors: errorSummary([handle, consent, whenOthers], text),
    handle,
    consent,
    showName,
    condition: { open: attempt.whenOthers !== '', whenOthers },
    via: attempt.via || null,
  };
}

function fieldOf({ type }: PledgeProblem): 'handle' | 'consent' | 'whenOthers' {
  if (type === 'when-others') return 'whenOthers';
  return type === 'consent' ? 'consent' : 'handle';
}

function problemWords(problem: PledgeProblem, text: Translator): string {
  const { type, ...values } = problem;
  return text.t(`campaign.problem.${type}`, { ...values, most: MOST_OTHERS });
}
