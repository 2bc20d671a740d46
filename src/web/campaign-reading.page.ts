import type { Account } from '../institutions/account.entity.ts';
import { translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { Proposed } from '../readings/proposals.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { matchView } from './campaign-match.ts';
import { shownHandle, zonedStyle } from './campaign-words.ts';
import { readingForm, type ReadingAttempt, type ReadingForm, type ReadingSubject } from './reading-form.ts';

type CampaignLink = { readonly title: string; readonly language: string; readonly path: string };

/** The model of `views/campaign-reading.hbs`. */
export type CampaignReadingView = PageModel & {
  readonly campaign: CampaignLink;
  readonly heading: string;
  readonly last: string | null;
  readonly form: ReadingForm;
};

/** The model of `views/campaign-reading-sent.hbs`. */
export type ReadingSentView = PageModel & {
  readonly campaign: CampaignLink;
  readonly heading: string;
  readonly what: string;
  /** The score, where the number counts already. */
  readonly score: string | null;
  readonly gapHtml: string | null;
  readonly share: { readonly lead: string; readonly text: string } | null;
};

/** What became of a number, as far as whoever sent it is told. */
export const READING_OUTCOMES = ['counts', 'waits', 'review'] as const;
export type ReadingOutcome = (typeof READING_OUTCOMES)[number];

/** Whether a second person helps, or only a moderator; who disagrees is nobody's business. */
export function outcomeOf({ reading, verdict }: Proposed): ReadingOutcome {
  if (reading.status === 'counted') return 'counts';
  return verdict.type === 'alone' ? 'waits' : 'review';
}

/** Where a number on X is told by anyone. */
export function readingPath(slug: string): string {
  return `/c/${slug}/reading`;
}

export function readingSubject(account: Account, timeZone: string, now: Date): ReadingSubject {
  return { handle: account.handle, url: account.url, timeZone, now };
}

/** The form for anyone who reads the number on X. */
export function campaignReadingPage(facts: CampaignFacts, account: Account, attempt: ReadingAttempt, request: PageRequest): CampaignReadingView {
  const text = translator(request.language);
  const { campaign, accounts, now } = facts;
  const latest = accounts.x?.latest ?? null;
  const heading = text.t('reading.title', { handle: shownHandle(account) });
  return {
    head: pageHead({ title: heading }),
    campaign: campaignLink(facts),
    heading,
    last: latest && text.t('reading.last', { n: latest.count, at: text.date(latest.at, zonedStyle(latest.at, now), campaign.timeZone) }),
    form: readingForm(localUrl(readingPath(campaign.slug), request), readingSubject(account, campaign.timeZone, now), attempt, text),
  };
}

/** What whoever sent a number meets afterwards. */
export function readingSentPage(facts: CampaignFacts, account: Account, outcome: ReadingOutcome, request: PageRequest): ReadingSentView {
  const text = translator(request.language);
  const { campaign, accounts } = facts;
  const handle = shownHandle(account);
  const url = request.publicUrl + readingPath(campaign.slug);
  const score = [accounts.fediverse, accounts.x].flatMap((one) => (one?.latest ? [`${one.networkName} ${text.number(one.latest.count)}`] : []));
  const counts = outcome === 'counts';
  return {
    head: pageHead({ title: text.t(`reading.sent.${outcome}.title`) }),
    campaign: campaignLink(facts),
    heading: text.t(`reading.sent.${outcome}.title`),
    what: text.t(`reading.sent.${outcome}.text`, { handle }),
    score: counts ? score.join(' · ') : null,
    gapHtml: counts ? matchView(facts, text).gapHtml : null,
    share: outcome === 'waits' ? { lead: text.t('reading.sent.ask'), text: text.t('reading.sent.post', { handle, url }) } : null,
  };
}

function campaignLink({ campaign }: CampaignFacts): CampaignLink {
  const { title, language, slug } = campaign;
  return { title: typographic(title, language), language, path: `/c/${slug}` };
}
