import { HOUR, MINUTE } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { FlagDecision, FlagFailure } from '../moderation/flag-decisions.service.ts';
import type { FlagReview } from '../moderation/flag-review.query.ts';
import { LANGUAGES, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import type { FlagNote, NewFollowers, ReadingFlag, SampledHosts } from '../readings/reading-flag.entity.ts';
import { shownHandle } from './campaign-words.ts';
import { choice, errorSummary, textArea, textField, type Choice, type ErrorSummary, type FormState, type TextArea, type TextField } from './form-fields.ts';
import { readerWords } from './moderation-evidence.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { readingsPath } from './moderation-readings.page.ts';
import {
  claimBar,
  decisionItems,
  institutionWords,
  moment,
  staffNav,
  type ClaimBar,
  type DecisionItem,
  type Moment,
  type StaffNav,
} from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';
import type { Attempt } from './subject-desk.service.ts';

/** The model of `views/moderation/flag.hbs`. */
export type FlagView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly status: string;
  readonly claim: ClaimBar;
  readonly title: string;
  readonly account: { readonly name: string; readonly handleText: string; readonly link: string; readonly institution: string };
  /** What is unusual about it, in sentences. */
  readonly why: readonly string[];
  readonly series: readonly { readonly path: string; readonly count: string; readonly moment: Moment; readonly reader: string; readonly status: string; readonly asked: boolean }[];
  readonly aroundPath: string;
  readonly followers: FollowersView | null;
  readonly notes: readonly { readonly language: string; readonly text: string }[];
  readonly decide: {
    readonly errors: ErrorSummary | null;
    /** Null where it was decided and can only be opened again. */
    readonly choice: Choice | null;
    readonly notes: readonly TextArea[];
    readonly reason: TextField;
    readonly submit: string;
  };
  readonly campaigns: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  readonly history: readonly DecisionItem[];
};

type FollowersView = {
  readonly words: string;
  readonly rows: readonly { readonly host: string; readonly newest: string; readonly before: string }[];
  readonly totals: { readonly newest: string; readonly before: string } | null;
};

/** What fits beside a graph, in characters. */
export const MAX_PUBLIC_NOTE = 280;
export const FLAG_FORM_FIELDS = ['form', 'action', 'reason', ...LANGUAGES.map((language) => `note-${language}`)] as const;

/** Reads the form into a decision, or keys of `moderation.json` for what is wrong by field. */
export function readFlagForm(values: Readonly<Record<string, string>>): Result<FlagDecision, Record<string, string>> {
  const action = values['form'] === 'reopen' ? 'reopen' : values['action'];
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  if (action === 'confirm') {
    const note = readPublicNote(values);
    return note.ok ? ok({ action, note: note.value, reason: reason.value }) : note;
  }
  if (action !== 'dismiss' && action !== 'reopen') return fail({ action: 'choose' });
  return reason.value === null ? fail({ reason: 'required' }) : ok({ action, reason: reason.value });
}

/** One language at least; a page in another one says which it is in. */
function readPublicNote(values: Readonly<Record<string, string>>): Result<FlagNote, Record<string, string>> {
  const note: FlagNote = {};
  for (const language of LANGUAGES) {
    const read = readNote(values[`note-${language}`] ?? '', MAX_PUBLIC_NOTE);
    if (!read.ok) return fail({ [`note-${language}`]: read.error });
    if (read.value !== null) note[language] = read.value;
  }
  return Object.keys(note).length === 0 ? fail({ [`note-${LANGUAGES[0]}`]: 'public-note' }) : ok(note);
}

/** A change that is unusual for its account, with all that is known around it. */
export function flagPage(review: FlagReview, outcome: Attempt<FlagFailure> | null, ask: StaffAsk): FlagView {
  const { text, now, page } = ask;
  const { flag } = review;
  const { account } = flag;
  const title = text.t(`moderation.flag.title.${flag.kind}`, { n: Math.abs(flag.count - flag.fromCount), handle: shownHandle(account) });
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    problem: outcome?.failure ? text.t(`moderation.failure.${outcome.failure.type}`) : null,
    action: localUrl(`/moderation/flags/${flag.id}`, page),
    status: text.t(`moderation.state.${flag.state}`),
    claim: claimBar(review.claim, ask),
    title,
    account: { name: account.displayName, handleText: shownHandle(account), link: account.url, institution: institutionWords(account.institution) },
    why: whyWords(flag, text),
    series: review.around.map((reading) => ({
      path: `/moderation/readings/${reading.id}`,
      count: text.number(reading.count),
      moment: moment(reading.at, now),
      reader: readerWords(reading, text),
      status: text.t(`moderation.status.${reading.status}`),
      asked: reading.at.getTime() === flag.at.getTime() || reading.at.getTime() === flag.fromAt.getTime(),
    })),
    aroundPath: readingsPath(account.id, flag.at),
    followers: followersView(flag, text),
    notes: LANGUAGES.flatMap((language) => (flag.note?.[language] ? [{ language, text: flag.note[language] }] : [])),
    decide: decideForm(flag, outcome, text),
    campaigns: review.campaigns.map(({ id, title: label, state }) => ({ path: `/moderation/campaigns/${id}`, label, detail: text.t(`moderation.state.${state}`) })),
    history: decisionItems(review.history, 'here', ask),
  };
}

function whyWords(flag: ReadingFlag, text: Translator): string[] {
  const time = flag.at.getTime() - flag.fromAt.getTime();
  const lasted = time < HOUR ? text.t('moderation.age.minutes', { n: Math.max(1, Math.round(time / MINUTE)) }) : text.t('moderation.age.hours', { n: Math.round(time / HOUR) });
  return [
    text.t('moderation.flag.change', { from: flag.fromCount, to: flag.count, lasted }),
    text.t(`moderation.flag.most.${flag.kind}`, { n: flag.most }),
    text.t('moderation.flag.counts'),
  ];
}

function followersView({ kind, followers }: ReadingFlag, text: Translator): FollowersView | null {
  if (kind !== 'spike') return null;
  if (followers === null) return { words: text.t('moderation.flag.followers.waiting'), rows: [], totals: null };
  if (!followers.known) return { words: text.t('moderation.flag.followers.unknown', { why: text.t(`moderation.flag.unknown.${followers.why}`) }), rows: [], totals: null };
  const { newest, before } = followers;
  const hosts = [...new Set([...newest.hosts, ...before.hosts].map(({ host }) => host))];
  const told = ({ hosts: counts }: SampledHosts, host: string): string => {
    const found = counts.find((each) => each.host === host);
    return found === undefined ? text.t('moderation.flag.few') : text.number(found.count);
  };
  return {
    words: concentrationWords(followers, text),
    rows: hosts.map((host) => ({ host, newest: told(newest, host), before: told(before, host) })),
    totals: { newest: text.number(newest.total), before: text.number(before.total) },
  };
}

function concentrationWords({ concentrated }: NewFollowers & { known: true }, text: Translator): string {
  if (concentrated === null) return text.t('moderation.flag.followers.few');
  if (concentrated.length === 0) return text.t('moderation.flag.followers.spread');
  return text.t('moderation.flag.followers.concentrated', { hosts: concentrated.join(', ') });
}

function decideForm(flag: ReadingFlag, outcome: Attempt<FlagFailure> | null, text: Translator): FlagView['decide'] {
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
  const isOpen = flag.state === 'open';
  const options = (['dismiss', 'confirm'] as const).map((value) => ({
    value,
    label: text.t(`moderation.flag.verdict.${value}`),
    hint: text.t(`moderation.flag.verdictHint.${value}`),
  }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const notes = LANGUAGES.map((language) =>
    textArea(
      { name: `note-${language}`, label: text.t('moderation.flag.note', { language: text.t(`site.language.${language}`) }), rows: 3, maxlength: MAX_PUBLIC_NOTE },
      state,
    ),
  );
  const reason = textField({ name: 'reason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: !isOpen }, state);
  return {
    errors: errorSummary([...(isOpen ? [chosen, ...notes] : []), reason], text),
    choice: isOpen ? chosen : null,
    notes: isOpen ? notes : [],
    reason,
    submit: text.t(isOpen ? 'moderation.decide.submit' : 'moderation.flag.reopen'),
  };
}
