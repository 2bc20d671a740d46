import type { Campaign } from '../campaigns/campaign.entity.ts';
import { AMENDABLE_STATES, allowedActions, awaitsAccount, FINISHED_STATES, isPublic, type CampaignState } from '../domain/campaign-lifecycle.ts';
import { typographic, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import type { AccountNumbers } from './account-numbers.service.ts';
import { funnelView, type FunnelView } from './account-funnel.ts';
import { sourcesView, type SourceView } from './account-sources.ts';
import { waveWords } from './account-wave.ts';
import { dayStyle } from './campaign-words.ts';

/** The model of `views/account/page.hbs`: a campaign as whoever launched it sees it. */
export type AccountView = PageModel & {
  readonly title: string;
  readonly language: string;
  readonly institution: string;
  readonly state: CampaignState;
  readonly status: string;
  /** What just happened, where something did. */
  readonly said: { readonly text: string; readonly kind: 'good' | 'warning' } | null;
  readonly way: readonly { readonly label: string; readonly stage: 'done' | 'current' | 'ahead' }[];
  readonly next: string;
  readonly note: { readonly title: string; readonly text: string } | null;
  readonly actions: readonly ActionView[];
  readonly link: string;
  readonly linkWords: string;
  /** Null before the campaign is public; none is not a big 0. */
  readonly pledges: readonly { readonly number: string; readonly label: string }[] | null;
  readonly funnel: FunnelView | null;
  /** How far the telling is that the account opened; null where nobody asked for it. */
  readonly wave: string | null;
  readonly sources: readonly SourceView[];
  /** The letter to the institution, once there is a page to lead to. */
  readonly letterUrl: string | null;
  readonly csvUrl: string | null;
  /** What the campaign's bot publishes; null when nothing will be any more. */
  readonly botUrl: string | null;
  /** Which addresses are told of milestones; null as for `botUrl`. */
  readonly hooksUrl: string | null;
  /** Where to tell a number that one has read on X; null when none is needed. */
  readonly readingUrl: string | null;
  readonly owners: string;
  readonly inviteUrl: string | null;
  /** Where to say whom links credit. */
  readonly creatorUrl: string | null;
  /** Where to have one's address erased; null when none is kept. */
  readonly forgetEmailUrl: string | null;
};

/** A link, or a button that posts at once where nothing is lost by it. */
type ActionView = { readonly label: string; readonly kind: 'primary' | 'secondary' | 'quiet' | 'danger'; readonly url: string; readonly post: boolean };

/** What a page can be told to say after an action; anything else in the address is ignored. */
const SAID = {
  'submitted': 'good',
  'amended': 'good',
  'published': 'good',
  'closed': 'good',
  'withdrawn': 'good',
  'reading': 'good',
  'reading-counts': 'good',
  'welcome': 'good',
  'email-forgotten': 'good',
  'too-late': 'warning',
  'not-possible': 'warning',
} as const;

/** States in which nobody works on the campaign any more. */
const OVER: readonly CampaignState[] = ['rejected', 'withdrawn', ...FINISHED_STATES];

/** `asked.said` is what the address asks the page to say about what just happened. */
export function accountPage(visit: AccountVisit, numbers: AccountNumbers, asked: { said: unknown }): AccountView {
  const { text, owner, page } = visit;
  const { campaign } = owner;
  const said = (Object.keys(SAID) as (keyof typeof SAID)[]).find((key) => key === asked.said);
  return {
    head: pageHead({ title: text.t('account.title') }),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    institution: campaign.institution.name,
    state: campaign.state,
    status: text.t(`account.state.${campaign.state}`),
    said: said === undefined ? null : { text: text.t(`account.said.${said}`), kind: SAID[said] },
    way: wayView(campaign.state, text),
    next: nextWords(visit),
    note: noteView(campaign, text),
    actions: actions(visit),
    link: `${page.publicUrl}/account/${visit.token}`,
    linkWords: text.t(owner.email !== null && visit.mailEnabled ? 'account.link.mailed' : 'account.link.only'),
    pledges: isPublic(campaign) ? pledgesView(numbers, text) : null,
    funnel: isPublic(campaign) ? funnelView(numbers.funnel, visit.url('funnel.csv'), text) : null,
    wave: isPublic(campaign) ? waveWords(numbers.wave, campaign, text) : null,
    sources: sourcesView(campaign, numbers.latest, text, visit.now),
    letterUrl: isPublic(campaign) ? visit.url('letter') : null,
    csvUrl: isPublic(campaign) ? `/c/${campaign.slug}/readings.csv` : null,
    botUrl: ['rejected', 'withdrawn'].includes(campaign.state) ? null : visit.url('bot'),
    hooksUrl: ['rejected', 'withdrawn'].includes(campaign.state) ? null : visit.url('hooks'),
    readingUrl: mayTellReading(campaign) ? visit.url('reading') : null,
    owners: text.t('account.owners.count', { n: numbers.owners }),
    inviteUrl: OVER.includes(campaign.state) ? null : visit.url('invite'),
    creatorUrl: campaign.state === 'rejected' || campaign.state === 'withdrawn' ? null : visit.url('creator'),
    forgetEmailUrl: visit.owner.email === null ? null : visit.url('forget-email'),
  };
}

/**
 * A number on X is asked for while it can still decide something, and only of those whom a moderator has let through:
 * others could confirm each other's inventions.
 */
export function mayTellReading({ state, hiddenAt, xAccount }: Pick<Campaign, 'state' | 'hiddenAt' | 'xAccount'>): boolean {
  return xAccount !== null && hiddenAt === null && (state === 'approved' || state === 'live');
}

/** Own posts are for campaigns that are shown, or may still be. */
export function mayWritePosts({ state }: Pick<Campaign, 'state'>): boolean {
  return state !== 'rejected' && state !== 'withdrawn';
}

const WAY = ['submitted', 'approved', 'live', 'over'] as const;
const STAGES: Readonly<Partial<Record<CampaignState, (typeof WAY)[number]>>> = {
  submitted: 'submitted',
  changes_requested: 'submitted',
  approved: 'approved',
  live: 'live',
  won: 'over',
  agreed: 'over',
  ended: 'over',
  closed: 'over',
};

/** How far the campaign has come; nothing for one that will not go further. */
function wayView(state: CampaignState, { t }: Translator): AccountView['way'] {
  const stage = STAGES[state];
  if (stage === undefined) return [];
  const at = WAY.indexOf(stage);
  return WAY.map((name, index) => ({
    label: t(`account.way.${name}`),
    stage: index < at ? 'done' : index === at ? 'current' : 'ahead',
  }));
}

function nextWords({ owner: { campaign }, text, now }: AccountVisit): string {
  if (campaign.hiddenAt !== null) return text.t('account.next.hidden');
  const at = text.date(campaign.submittedAt, dayStyle(campaign.submittedAt, now), campaign.timeZone);
  return text.t(`account.next.${campaign.state}`, { at });
}

/** The moderator's words; after a while online, those of the review are history. */
function noteView({ reviewNote, state, hiddenAt }: Campaign, { t }: Translator): AccountView['note'] {
  const isOld = PUBLIC_WITHOUT_NOTE.includes(state) && hiddenAt === null;
  return reviewNote === null || isOld ? null : { title: t('account.note'), text: reviewNote };
}

const PUBLIC_WITHOUT_NOTE: readonly CampaignState[] = ['live', 'won', 'agreed', 'ended'];

function actions(visit: AccountVisit): ActionView[] {
  const { owner: { campaign }, page, text: { t }, url } = visit;
  const allowed = allowedActions(campaign.state, 'campaigner');
  const isAsked = campaign.state === 'changes_requested';
  const shown: (ActionView | false)[] = [
    allowed.includes('publish') && { label: t('account.do.publish'), kind: 'primary', url: url('publish'), post: true },
    isPublic(campaign) && { label: t('account.do.share'), kind: 'primary', url: localUrl(`/c/${campaign.slug}/share`, page), post: false },
    AMENDABLE_STATES.includes(campaign.state) && { label: t('account.do.amend'), kind: isAsked ? 'primary' : 'secondary', url: url('amend'), post: true },
    isPublic(campaign)
      ? { label: t('account.do.see'), kind: 'secondary', url: localUrl(`/c/${campaign.slug}`, page), post: false }
      : !OVER.includes(campaign.state) && { label: t('account.do.preview'), kind: 'secondary', url: url('preview'), post: false },
    mayWritePosts(campaign) && { label: t('account.do.posts'), kind: 'secondary', url: url('posts'), post: false },
    awaitsAccount(campaign) && { label: t('account.do.opened'), kind: 'secondary', url: localUrl(`/report/${campaign.slug}`, page, { kind: 'opened' }), post: false },
    (campaign.state === 'rejected' || campaign.state === 'withdrawn') && { label: t('account.do.again'), kind: 'primary', url: localUrl('/start', page), post: false },
    allowed.includes('close') && { label: t('account.do.close'), kind: 'quiet', url: url('close'), post: false },
    allowed.includes('withdraw') && { label: t('account.do.withdraw'), kind: 'quiet', url: url('withdraw'), post: false },
  ];
  return shown.filter((action) => action !== false);
}

function pledgesView({ pledges }: AccountNumbers, { t, number }: Translator): AccountView['pledges'] {
  if (pledges.total === 0) return [];
  return (['total', 'verified', 'kept'] as const).map((key) => ({
    number: number(pledges[key]),
    label: t(`account.pledges.${key}`, { n: pledges[key] }),
  }));
}
