import type { LetterStanding, LetterStep } from '../domain/correspondence.ts';
import { formatHandle, parseFediverseHandle } from '../domain/handle.ts';
import type { PostFacts } from './posts.ts';

/** What the facts of posts are made from. */
export type PostSource = Pick<PostFacts, 'milestones' | 'now'> & {
  readonly campaign: Pick<PostFacts, 'state' | 'dare' | 'title' | 'language' | 'hashtag' | 'launchedAt' | 'deadline' | 'endedAt' | 'timeZone'> & {
    readonly slug: string;
    readonly institutionReply: string | null;
  };
  readonly institution: { readonly name: string };
  readonly accounts: {
    /** The handle is canonical, and the one that people follow it by. */
    readonly fediverse: { readonly networkName: string; readonly handle: string; readonly count: number | null } | null;
    readonly x: { readonly count: number | null } | null;
  };
  readonly pledges: { readonly total: number };
  readonly letters: readonly { readonly step: LetterStep; readonly standing: LetterStanding }[];
};

/** What posts about a campaign are made of; `publicUrl` is the origin of the site. */
export function postFacts({ campaign, institution, accounts, pledges, milestones, letters, now }: PostSource, publicUrl: string): PostFacts {
  const handle = accounts.fediverse && parseFediverseHandle(accounts.fediverse.handle);
  return {
    state: campaign.state,
    dare: campaign.dare,
    institution: institution.name,
    title: campaign.title,
    language: campaign.language,
    network: accounts.fediverse?.networkName ?? 'Mastodon',
    handle: handle?.ok ? formatHandle(handle.value) : null,
    hashtag: campaign.hashtag,
    fediverse: accounts.fediverse?.count ?? null,
    x: accounts.x?.count ?? null,
    pledges: pledges.total,
    milestones,
    launchedAt: campaign.launchedAt,
    deadline: campaign.deadline,
    answered: campaign.institutionReply !== null || letters.some(isAnswer),
    now,
    endedAt: campaign.endedAt,
    timeZone: campaign.timeZone,
    url: `${publicUrl}/c/${campaign.slug}`,
  };
}

/** An answer that is more than a receipt, and certain. */
function isAnswer({ step, standing }: PostSource['letters'][number]): boolean {
  return standing === 'confirmed' && step !== 'sent' && step !== 'acknowledged';
}
