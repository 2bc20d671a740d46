import { fail, ok, type Result } from '../domain/result.ts';
import type { CrowdDecision, CrowdFailure } from '../moderation/crowd-decisions.service.ts';
import type { CrowdReview } from '../moderation/crowd-review.query.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { SET_ASIDE_SCOPES } from '../pledges/set-aside.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { claimBar, decisionItems, institutionWords, moment, staffNav, type ClaimBar, type DecisionItem, type Moment, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/crowd.hbs`. */
export type CrowdView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly status: string;
  readonly claim: ClaimBar;
  readonly title: string;
  readonly campaign: { readonly path: string; readonly title: string; readonly language: string; readonly institution: string };
  readonly from: Moment;
  readonly to: Moment;
  /** What is unusual about it, in sentences. */
  readonly why: readonly string[];
  readonly servers: readonly { readonly host: string; readonly cells: readonly string[] }[];
  readonly more: string | null;
  readonly decide: {
    readonly errors: ErrorSummary | null;
    /** Null where it was decided and can only be opened again. */
    readonly choice: Choice | null;
    readonly reason: TextField;
    readonly submit: string;
  };
  readonly history: readonly DecisionItem[];
};

export const CROWD_FORM_FIELDS = ['form', 'action', 'reason'] as const;
const SHOWN_SERVERS = 50;

export type CrowdOutcome = {
  readonly failure: Exclude<CrowdFailure['type'], 'not-found'> | null;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
};

/** Reads the form into a decision, or keys of `moderation.json` for what is wrong by field. */
export function readCrowdForm(values: Readonly<Record<string, string>>): Result<CrowdDecision, Record<string, string>> {
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  const scope = SET_ASIDE_SCOPES.find((each) => values['action'] === `set_aside_${each}`);
  const action = values['form'] === 'reopen' ? 'reopen' : values['action'];
  if (action !== 'reopen' && action !== 'dismiss' && scope === undefined) return fail({ action: 'choose' });
  if (reason.value === null) return fail({ reason: 'required' });
  if (action === 'reopen' || action === 'dismiss') return ok({ action, reason: reason.value });
  return ok({ action: 'set_aside', scope: scope ?? 'unproven', reason: reason.value });
}

/** Pledges that came together, by server and never by name. */
export function crowdPage(review: CrowdReview, outcome: CrowdOutcome | null, ask: StaffAsk): CrowdView {
  const { text, now, page } = ask;
  const { crowd, servers, setAside } = review;
  const { campaign } = crowd;
  const title = text.t(`moderation.crowd.title.${crowd.kind}`, { n: crowd.pledges });
  const hidden = servers.length - SHOWN_SERVERS;
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    problem: outcome?.failure ? text.t(`moderation.failure.${outcome.failure}`) : null,
    action: localUrl(`/moderation/crowds/${crowd.id}`, page),
    status: text.t(`moderation.state.${crowd.state}`),
    claim: claimBar(review.claim, ask),
    title,
    campaign: {
      path: `/moderation/campaigns/${campaign.id}`,
      title: campaign.title,
      language: campaign.language,
      institution: institutionWords(campaign.institution),
    },
    from: moment(crowd.fromAt, now),
    to: moment(crowd.toAt, now),
    why: [
      text.t(`moderation.crowd.why.${crowd.kind}`),
      text.t('moderation.crowd.counts', { pledges: crowd.pledges, unproven: crowd.unproven, servers: servers.length }),
      text.t('moderation.crowd.setAside', { n: setAside }),
    ],
    servers: servers.slice(0, SHOWN_SERVERS).map(({ host, pledges, unproven, unknown }) => ({ host, cells: [pledges, unproven, unknown].map((n) => text.number(n)) })),
    more: hidden > 0 ? text.t('moderation.crowd.more', { n: hidden }) : null,
    decide: decideForm(crowd.state === 'open', outcome, text),
    history: decisionItems(review.history, 'here', ask),
  };
}

function decideForm(isOpen: boolean, outcome: CrowdOutcome | null, text: Translator): CrowdView['decide'] {
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
  const options = ['dismiss', ...SET_ASIDE_SCOPES.map((scope) => `set_aside_${scope}`)].map((value) => ({
    value,
    label: text.t(`moderation.crowd.verdict.${value}`),
    hint: text.t(`moderation.crowd.verdictHint.${value}`),
  }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: true }, state);
  return {
    errors: errorSummary([...(isOpen ? [chosen] : []), reason], text),
    choice: isOpen ? chosen : null,
    reason,
    submit: text.t(isOpen ? 'moderation.decide.submit' : 'moderation.crowd.reopen'),
  };
}
