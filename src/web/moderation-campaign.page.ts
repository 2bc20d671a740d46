import type { Campaign } from '../campaigns/campaign.entity.ts';
import { awaitsAccount, hasCorrectableAccount, isPublic } from '../domain/campaign-lifecycle.ts';
import type { CampaignReview, ReviewedAccount } from '../moderation/campaign-review.query.ts';
import type { DecisionFailure } from '../moderation/moderation.service.ts';
import type { Report } from '../moderation/report.entity.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import type { OwnPost } from '../posts/own-post.entity.ts';
import { shownHandle } from './campaign-words.ts';
import { renderMarkdown } from './markdown.ts';
import { campaignForms, type CampaignAttempt, type CampaignForms } from './moderation-campaign.form.ts';
import { lettersPath } from './moderation-letter.page.ts';
import { readingsPath } from './moderation-readings.page.ts';
import { campaignSignals, type Signal } from './moderation-signals.ts';
import {
  ageWords,
  changeItems,
  claimBar,
  dareText,
  decisionItems,
  failureWords,
  institutionWords,
  moment,
  staffNav,
  type ChangeItem,
  type ClaimBar,
  type DecisionItem,
  type Moment,
  type StaffNav,
} from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/campaign.hbs`. */
export type CampaignReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly done: boolean;
  readonly problem: string | null;
  readonly action: string;
  /** `changedAt` of what is shown: a decision on anything else is refused. */
  readonly version: string;
  readonly status: string;
  readonly waiting: string;
  readonly publicUrl: string | null;
  /** What became of its letter; null before the launch. */
  readonly lettersPath: string | null;
  readonly claim: ClaimBar;
  readonly entry: EntryView;
  readonly accounts: readonly AccountView[];
  readonly opening: { readonly path: string; readonly words: string } | null;
  readonly signals: readonly Signal[];
  /** Since the last decision; null when nothing was decided yet. */
  readonly changed: { readonly items: readonly ChangeItem[] } | null;
  readonly forms: CampaignForms;
  readonly reports: readonly LinkView[];
  readonly ownPosts: readonly LinkView[];
  readonly others: readonly LinkView[];
  readonly history: readonly DecisionItem[];
};

type EntryView = {
  readonly language: string;
  readonly title: string;
  readonly quote: { readonly text: string; readonly source: string | null } | null;
  readonly storyHtml: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly link: string | null }[];
  readonly replyHtml: string | null;
};

type AccountView = {
  readonly picture: string | null;
  readonly name: string;
  readonly handleText: string;
  readonly link: string;
  readonly network: string;
  readonly followers: string;
  readonly readAt: Moment | null;
  /** Where to type its number; null for one that programs read. */
  readonly tellPath: string | null;
  readonly readingsPath: string;
};

type LinkView = { readonly path: string; readonly label: string; readonly detail: string };

/** What came of the request that is answered with this page. */
export type ReviewOutcome = { readonly done: boolean; readonly failure: DecisionFailure | null; readonly attempt: CampaignAttempt | null };

/** A campaign beside what it was, with what speaks for and against it, and what can be decided. */
export function campaignReviewPage(review: CampaignReview, outcome: ReviewOutcome, ask: StaffAsk): CampaignReviewView {
  const { text, now, page } = ask;
  const { campaign } = review;
  return {
    head: pageHead({ title: campaign.title }),
    nav: staffNav(ask, null),
    done: outcome.done,
    problem: outcome.failure === null ? null : failureWords(outcome.failure, text),
    action: localUrl(`/moderation/campaigns/${campaign.id}`, page),
    version: campaign.changedAt.toISOString(),
    status: text.t(campaign.hiddenAt === null ? `moderation.state.${campaign.state}` : 'moderation.state.hidden'),
    waiting: text.t('moderation.submitted', { age: ageWords(campaign.submittedAt, now, text) }),
    publicUrl: isPublic(campaign) ? localUrl(`/c/${campaign.slug}`, page) : null,
    lettersPath: campaign.launchedAt === null ? null : lettersPath(campaign.id),
    claim: claimBar(review.claim, ask),
    entry: entryView(campaign, text),
    accounts: review.accounts.map((account) => accountView(account, ask)),
    opening: openingLink(campaign, text),
    signals: campaignSignals(review, text),
    changed: review.changes === null ? null : { items: changeItems(review.changes, text) },
    forms: campaignForms(campaign, review.powers, outcome.attempt, text),
    reports: review.openReports.map((report) => reportLink(report, ask)),
    ownPosts: review.ownPosts.map((post) => ownPostLink(post, text)),
    others: review.otherCampaigns.map((other) => otherLink(other, text)),
    history: decisionItems(review.history, 'here', ask),
  };
}

/** Where the account of an `open` dare is recorded or taken back; null where neither can be. */
export function openingLink(campaign: Campaign, { t }: Translator): CampaignReviewView['opening'] {
  const awaits = awaitsAccount(campaign);
  if (!awaits && !hasCorrectableAccount(campaign)) return null;
  return { path: `/moderation/campaigns/${campaign.id}/account`, words: t(`moderation.opening.${awaits ? 'record' : 'see'}`) };
}

/** A link to a report, with how long it has waited. */
export function reportLink(report: Report, { text, now }: StaffAsk): LinkView {
  return {
    path: `/moderation/reports/${report.id}`,
    label: text.t(`report.kind.${report.kind}`),
    detail: ageWords(report.createdAt, now, text),
  };
}

function ownPostLink({ id, text, language, removedAt }: OwnPost, { t }: Translator): LinkView {
  const detail = `${t(`share.language.${language}`)} · ${t(removedAt === null ? 'moderation.post.offered' : 'moderation.post.down')}`;
  return { path: `/moderation/posts/${id}`, label: text, detail };
}

function otherLink({ id, title, institution, state }: Campaign, text: Translator): LinkView {
  const detail = `${institutionWords(institution)} · ${text.t(`moderation.state.${state}`)}`;
  return { path: `/moderation/campaigns/${id}`, label: title, detail };
}

function entryView(campaign: Campaign, text: Translator): EntryView {
  const { institution, quote, quoteSource, deadline, timeZone, hashtag } = campaign;
  const dare = campaign.target === null ? campaign.dareKind : `${campaign.dareKind} ${campaign.target}`;
  const fact = (field: string, value: string | null, link: string | null = null) =>
    value === null ? [] : [{ label: text.t(`moderation.field.${field}`), value, link }];
  return {
    language: campaign.language,
    title: campaign.title,
    quote: quote === null ? null : { text: quote, source: quoteSource },
    storyHtml: renderMarkdown(campaign.story, 1),
    facts: [
      ...fact('institution', institutionWords(institution)),
      ...fact('kind', text.t(`moderation.kind.${institution.kind}`)),
      ...fact('website', institution.website, institution.website),
      ...fact('dare', dareText(dare, text)),
      ...fact('deadline', deadline === null ? null : text.date(deadline, 'momentYear', timeZone)),
      ...fact('hashtag', hashtag === null ? null : `#${hashtag}`),
      ...fact('language', text.t(`site.language.${campaign.language}`)),
    ],
    replyHtml: campaign.institutionReply === null ? null : renderMarkdown(campaign.institutionReply),
  };
}

function accountView({ account, hasPicture, latest }: ReviewedAccount, { text, now }: StaffAsk): AccountView {
  return {
    picture: hasPicture ? `/accounts/${account.id}/picture.png` : null,
    name: account.displayName,
    handleText: shownHandle(account),
    link: account.url,
    network: account.network,
    followers: latest === null ? text.t('moderation.account.unread') : text.t('moderation.account.followers', { n: latest.count }),
    readAt: latest === null ? null : moment(latest.at, now),
    tellPath: account.network === 'x' ? `/moderation/accounts/${account.id}/reading` : null,
    readingsPath: readingsPath(account.id),
  };
}
