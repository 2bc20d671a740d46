import type { BotSwitch } from '../moderation/bot-decisions.service.ts';
import type { DecisionView } from '../moderation/decision-log.query.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { errorSummary, textField, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { MAX_NOTE } from './moderation-notes.ts';
import { decisionItems, moment, staffNav, type DecisionItem, type Moment, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/bots.hbs`. */
export type BotsView = PageModel & {
  readonly nav: StaffNav;
  readonly action: string;
  readonly problem: string | null;
  /** Null: bots publish. */
  readonly since: Moment | null;
  readonly decide: {
    readonly errors: ErrorSummary | null;
    readonly reason: TextField;
    readonly value: BotSwitch;
    readonly submit: string;
    readonly kind: 'primary' | 'danger';
  };
  readonly history: readonly DecisionItem[];
};

export const BOTS_FORM_FIELDS = ['action', 'reason'] as const;

/** What was typed, keys for what is wrong by field, and why nothing was done. */
export type BotsAttempt = {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly failure: 'already-decided' | null;
};

export const NOT_TRIED: BotsAttempt = { values: {}, errors: {}, failure: null };

export type BotsFacts = { readonly pausedSince: Date | null; readonly history: readonly DecisionView[] };

/** Whether bots publish, the switch, and who used it. */
export function botsPage({ pausedSince, history }: BotsFacts, { values, errors, failure }: BotsAttempt, ask: StaffAsk): BotsView {
  const { text, now, page } = ask;
  const words = Object.entries(errors).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values, errors: Object.fromEntries(words) };
  const reason = textField({ name: 'reason', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  const value = pausedSince === null ? 'pause_bots' : 'resume_bots';
  return {
    head: pageHead({ title: text.t('moderation.bots.title') }),
    nav: staffNav(ask, 'bots'),
    action: localUrl('/moderation/bots', page),
    problem: failure === null ? null : text.t(`moderation.failure.${failure}`),
    since: pausedSince && moment(pausedSince, now),
    decide: {
      errors: errorSummary([reason], text),
      reason,
      value,
      submit: text.t(`moderation.bots.${value}`),
      kind: pausedSince === null ? 'danger' : 'primary',
    },
    history: decisionItems(history, 'here', ask),
  };
}
