import { fail, ok, type Result } from '../domain/result.ts';
import type { OwnPostDecision, OwnPostDecisionFailure } from '../moderation/own-post-decisions.service.ts';
import type { OwnPostReview } from '../moderation/own-post-review.query.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { errorSummary, textField, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { claimBar, decisionItems, institutionWords, moment, staffNav, type ClaimBar, type DecisionItem, type Moment, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';
import type { Attempt } from './subject-desk.service.ts';

/** The model of `views/moderation/post.hbs`. */
export type OwnPostReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly status: string;
  readonly claim: ClaimBar;
  readonly post: { readonly language: string; readonly languageName: string; readonly text: string; readonly moment: Moment };
  readonly campaign: { readonly path: string; readonly title: string; readonly language: string; readonly institution: string };
  readonly decide: { readonly errors: ErrorSummary | null; readonly reason: TextField; readonly value: OwnPostDecision['action']; readonly submit: string };
  readonly history: readonly DecisionItem[];
};

export const OWN_POST_DECISION_FIELDS = ['action', 'reason'] as const;

/** Reads the form into a decision, or keys of `moderation.json` for what is wrong by field. */
export function readOwnPostDecision(values: Readonly<Record<string, string>>): Result<OwnPostDecision, Record<string, string>> {
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  if (reason.value === null) return fail({ reason: 'required' });
  return ok({ action: values['action'] === 'put_back' ? 'put_back' : 'take_down', reason: reason.value });
}

/** A post as it was written, whose it is, and what was decided about it. */
export function ownPostReviewPage(review: OwnPostReview, outcome: Attempt<OwnPostDecisionFailure> | null, ask: StaffAsk): OwnPostReviewView {
  const { text, now, page } = ask;
  const { post } = review;
  const { campaign } = post;
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
  const next = post.removedAt === null ? 'take_down' : 'put_back';
  const label = text.t(next === 'take_down' ? 'moderation.post.reason' : 'moderation.mend.reason');
  const reason = textField({ name: 'reason', label, maxlength: MAX_NOTE, required: true }, state);
  return {
    head: pageHead({ title: text.t('moderation.post.title') }),
    nav: staffNav(ask, null),
    problem: outcome?.failure ? text.t(`moderation.failure.${outcome.failure.type}`) : null,
    action: localUrl(`/moderation/posts/${post.id}`, page),
    status: text.t(post.removedAt === null ? 'moderation.post.offered' : 'moderation.post.down'),
    claim: claimBar(review.claim, ask),
    post: { language: post.language, languageName: text.t(`share.language.${post.language}`), text: post.text, moment: moment(post.createdAt, now) },
    campaign: {
      path: `/moderation/campaigns/${campaign.id}`,
      title: campaign.title,
      language: campaign.language,
      institution: institutionWords(campaign.institution),
    },
    decide: { errors: errorSummary([reason], text), reason, value: next, submit: text.t(`moderation.post.${next}`) },
    history: decisionItems(review.history, 'here', ask),
  };
}
