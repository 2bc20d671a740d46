import type { Campaign } from '../campaigns/campaign.entity.ts';
import { awaitsAccount, hasCorrectableAccount } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import type { AccountDecision, AccountDecisionFailure } from '../moderation/account-decisions.service.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import type { WaveProgress } from '../pledges/wave-progress.query.ts';
import { shownHandle } from './campaign-words.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { foundSignals, type Signal } from './moderation-signals.ts';
import { failureWords, institutionWords, STAFF_TIME_ZONE, staffNav, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/account.hbs`. */
export type OpeningView = PageModel & {
  readonly nav: StaffNav;
  readonly done: boolean;
  readonly problem: string | null;
  readonly action: string;
  /** `changedAt` of what is shown: a decision on anything else is refused. */
  readonly version: string;
  readonly campaign: { readonly path: string; readonly title: string; readonly language: string; readonly institution: string; readonly website: string | null };
  /** How things are, in sentences. */
  readonly words: readonly string[];
  /** Null where no account can be recorded. */
  readonly find: { readonly errors: ErrorSummary | null; readonly handle: TextField } | null;
  readonly found: FoundView | null;
  readonly decide: { readonly errors: ErrorSummary | null; readonly choice: Choice; readonly reason: TextField } | null;
};

type FoundView = {
  /** PNG in base64. */
  readonly picture: string | null;
  readonly name: string;
  readonly handle: string;
  readonly url: string;
  readonly network: string;
  readonly count: string;
  readonly signals: readonly Signal[];
  readonly typed: string;
  readonly account: string;
  readonly reason: TextField;
};

export const ACCOUNT_FORM_FIELDS = ['handle', 'account', 'action', 'reason'] as const;
const DECISIONS = ['stop_wave', 'resume_wave', 'take_back_account'] as const;

/** What came of the request that is answered with this page; errors are sentences. */
export type OpeningOutcome = {
  readonly done?: boolean;
  readonly failure?: AccountDecisionFailure;
  readonly found?: FoundAccount;
  readonly values?: Readonly<Record<string, string>>;
  readonly errors?: Readonly<Record<string, string>>;
};

/** By what an account is the one that was looked at. */
export function accountKey({ actorUri, handle }: FoundAccount): string {
  return actorUri ?? handle;
}

/** Reads the form of decisions, or keys of `moderation.json` for what is wrong by field. */
export function readOpeningDecision(values: Readonly<Record<string, string>>): Result<AccountDecision, Record<string, string>> {
  const action = DECISIONS.find((known) => known === values['action']);
  if (action === undefined) return fail({ action: 'choose' });
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  return reason.value === null ? fail({ reason: 'reason' }) : ok({ action, reason: reason.value });
}

/** The account of an `open` dare: to be recorded, or with those who are told of it. */
export function openingPage(facts: { campaign: Campaign; progress: WaveProgress }, outcome: OpeningOutcome, ask: StaffAsk): OpeningView {
  const { text, page } = ask;
  const { campaign, progress } = facts;
  const { institution } = campaign;
  const state: FormState = { values: outcome.values ?? {}, errors: outcome.errors ?? {} };
  const awaits = awaitsAccount(campaign);
  return {
    head: pageHead({ title: text.t('moderation.opening.title') }),
    nav: staffNav(ask, null),
    done: outcome.done === true,
    problem: outcome.failure === undefined ? null : problemWords(outcome.failure, text),
    action: localUrl(`/moderation/campaigns/${campaign.id}/account`, page),
    version: campaign.changedAt.toISOString(),
    campaign: {
      path: `/moderation/campaigns/${campaign.id}`,
      title: campaign.title,
      language: campaign.language,
      institution: institutionWords(institution),
      website: institution.website,
    },
    words: openingWords(facts, text),
    find: awaits ? findForm(state, text) : null,
    found: awaits && outcome.found !== undefined ? foundView(outcome.found, campaign, state, text) : null,
    decide: hasCorrectableAccount(campaign) ? decideForm(progress, state, text) : null,
  };
}

function openingWords({ campaign, progress }: { campaign: Campaign; progress: WaveProgress }, text: Translator): string[] {
  const { asked, told, state, endsAt } = progress;
  const account = campaign.fediverseAccount;
  const counts = text.t('moderation.opening.asked', { n: asked });
  if (account === null) return [text.t(awaitsAccount(campaign) ? 'moderation.opening.none' : 'moderation.opening.over'), counts];
  const recorded = text.t('moderation.opening.recorded', { handle: shownHandle(account) });
  if (state === 'none') return [recorded];
  const at = endsAt === null ? '' : text.date(endsAt, 'momentYear', STAFF_TIME_ZONE);
  return [recorded, counts, text.t(`moderation.opening.wave.${state}`, { told, asked, at })];
}

function problemWords(failure: AccountDecisionFailure, text: Translator): string {
  if (failure.type === 'belongs-to-another') return text.t('moderation.failure.belongs-to-another', { institution: failure.institutionName });
  if (failure.type === 'uncounted') return text.t('moderation.failure.uncounted');
  return failureWords(failure, text);
}

function findForm(state: FormState, text: Translator): NonNullable<OpeningView['find']> {
  const handle = textField(
    { name: 'handle', label: text.t('moderation.opening.handle'), hint: text.t('moderation.opening.handleHint'), verbatim: true, required: true },
    state,
  );
  return { errors: errorSummary([handle], text), handle };
}

function foundView(found: FoundAccount, { institution }: Campaign, state: FormState, text: Translator): FoundView {
  return {
    picture: found.picture,
    name: found.displayName,
    handle: shownHandle(found),
    url: found.url,
    network: found.networkName,
    count: found.followers === null ? text.t('moderation.failure.uncounted') : text.t('moderation.account.followers', { n: found.followers }),
    signals: foundSignals(found, institution, text),
    typed: state.values['handle'] ?? '',
    account: accountKey(found),
    reason: textField({ name: 'reason', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state),
  };
}

function decideForm({ state: wave }: WaveProgress, state: FormState, text: Translator): NonNullable<OpeningView['decide']> {
  const possible = DECISIONS.filter((action) => {
    if (action === 'stop_wave') return wave === 'ready' || wave === 'running' || wave === 'writing';
    return action === 'take_back_account' || wave === 'stopped';
  });
  const options = possible.map((value) => ({ value, label: text.t(`moderation.opening.do.${value}`), hint: text.t(`moderation.opening.hint.${value}`) }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: true }, state);
  return { errors: errorSummary([chosen, reason], text), choice: chosen, reason };
}
