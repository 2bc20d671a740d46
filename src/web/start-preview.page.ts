import { deadlineOf, type DareFields } from '../campaigns/launch-fields.ts';
import type { Launch } from '../campaigns/launch.service.ts';
import type { Dare } from '../domain/dare.ts';
import { gapBetween } from '../domain/gap.ts';
import { slugOf } from '../domain/slug.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import { renderPage } from '../platform/views.ts';
import type { AccountFacts, CampaignFacts, KnownPoint } from './campaign-facts.ts';
import { campaignPage } from './campaign.page.ts';
import type { OpenDraft } from './start-desk.service.ts';
import { startView, type StartView } from './start.page.ts';

/** The campaign's page as it will be, framed, with the way back to each step. */
export type PreviewView = StartView & {
  readonly campaignHtml: string;
  readonly changes: readonly { readonly label: string; readonly url: string }[];
  readonly action: string;
};

const NO_PLEDGES: CampaignFacts['pledges'] = { total: 0, verified: 0, kept: 0, servers: [], serverCount: 0, nextRelease: null, today: 0, names: [], wave: null };

export function previewPage(open: OpenDraft, launch: Launch): PreviewView {
  const { text, page } = open;
  const facts = previewFacts(launch, open.draft.changedAt, open.now);
  return {
    ...startView('preview', open, text),
    campaignHtml: renderPage('campaign', campaignPage(facts, page), page, 'start/frame'),
    changes: (['institution', 'dare', 'story'] as const).map((step) => ({
      label: text.t(`start.change.${step}`),
      url: open.url(step),
    })),
    action: open.url('submit'),
  };
}

/** A campaign that does not exist yet, with the numbers that were just found; `readAt` is when they were. */
export function previewFacts({ institution, found, dare, story }: Launch, readAt: Date, now: Date): CampaignFacts {
  const [fediverse, x] = [found.fediverse, found.x].map((account) => accountFacts(account, readAt));
  return {
    campaign: {
      id: '',
      slug: slugOf(story.title),
      title: story.title,
      language: story.language,
      state: 'preview',
      story: story.story,
      quote: story.quote,
      quoteSource: story.quoteSource,
      hashtag: story.hashtag,
      deadline: deadlineOf(dare),
      timeZone: dare.timeZone,
      dare: dareOf(dare),
      launchedAt: null,
      endedAt: null,
      institutionReply: null,
    },
    institution,
    accounts: { fediverse: fediverse ?? null, x: x ?? null },
    series: { fediverse: points(fediverse), x: points(x) },
    total: { count: points(fediverse).length + points(x).length, isMore: false },
    gap: gapBetween(fediverse?.latest?.count ?? null, x?.latest?.count ?? null),
    withdrawn: { fediverse: [], x: [] },
    notes: { fediverse: [], x: [] },
    forecast: { type: 'not-enough-data' },
    milestones: [],
    creator: null,
    letters: [],
    pledges: NO_PLEDGES,
    shareText: null,
    cardPath: null,
    now,
  };
}

function dareOf({ dareKind, target }: DareFields): Dare {
  return dareKind === 'reach' ? { kind: 'reach', target: target ?? 0 } : { kind: dareKind };
}

function accountFacts(found: FoundAccount | null, readAt: Date): AccountFacts | null {
  if (found === null) return null;
  const { network, networkName, handle, url, followers } = found;
  const latest = followers === null ? null : { count: followers, at: readAt, source: 'network' as const };
  // X is read by people, so that an unknown count says nothing about the account.
  const byPeople = network === 'x';
  const state = latest === null && !byPeople ? 'hidden' : 'ok';
  const tries = { byPeople, lastAt: readAt, nextAt: null, failed: 0, why: null };
  return { network, networkName, handle, url, isElsewhere: false, state, count: followers, latest, tries };
}

function points(account: AccountFacts | null | undefined): KnownPoint[] {
  return account?.latest ? [{ ...account.latest, number: 1, evidenceUrl: null }] : [];
}
