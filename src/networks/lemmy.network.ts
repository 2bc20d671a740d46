import { z } from 'zod';
import { handleText } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded, type NamedFailure } from './answers.ts';
import { homeOf, orThroughActivityPub, parseToText, readingBy, type LocatedAccount } from './fediverse-account.ts';
import { oneByOne } from './many-accounts.ts';
import type { Asking, Network, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

const { find, count } = readingBy(orThroughActivityPub(lookUp));

/** Lemmy, where communities have subscribers; people have none. */
export const network: Network = {
  id: 'lemmy',
  name: 'Lemmy',
  fediverse: true,
  software: ['lemmy'],
  parseHandle: parseToText,
  profileUrl: communityUrl,
  home: homeOf,
  batch: 1,
  onceADay: false,
  method: {
    calls: ['GET /api/v3/community?name={name}', 'GET /api/v4/community?name={name}'],
    signed: 'where-closed',
    suspended: 'told',
  },
  find,
  followers: oneByOne(count),
};

const optionalText = z.string().max(100_000).nullish().catch(null);
const subscribers = z.number().int().nonnegative();

/** Since Lemmy 1.0, a community has its count itself, `ap_id` instead of `actor_id`, and its text in `sidebar`. */
const viewSchema = z.object({
  community_view: z.object({
    community: z.object({
      id: z.number().int().nullish().catch(null),
      name: z.string().min(1).max(300),
      title: optionalText,
      description: optionalText,
      sidebar: optionalText,
      actor_id: optionalText,
      ap_id: optionalText,
      icon: optionalText,
      removed: z.boolean().nullish(),
      deleted: z.boolean().nullish(),
      hidden: z.boolean().nullish().catch(null),
      subscribers: subscribers.nullish(),
    }),
    counts: z.object({ subscribers }).nullish(),
  }),
});
type CommunityView = z.infer<typeof viewSchema>['community_view'];

/**
 * A person and a community may share a name, and which of them WebFinger meant shows in the address: when it is not the
 * community's, there is no such community, and ActivityPub tells of the person.
 */
async function lookUp(account: LocatedAccount, asking: Asking): Promise<Result<Profile, NetworkFailure>> {
  const found = await askForCommunity(new URL(account.actorUri).origin, account.handle.user, asking);
  if (!found.ok) return found;
  const { community, counts } = found.value;
  if ((community.ap_id ?? community.actor_id) !== account.actorUri) return fail({ type: 'gone' });
  if (community.removed) return fail({ type: 'suspended' });
  if (community.deleted) return fail({ type: 'deleted' });
  const followers = counts?.subscribers ?? community.subscribers;
  return followers == null ? fail({ type: 'unreadable', detail: 'subscribers' }) : ok(toProfile(found.value, account, followers));
}

/** `GET /api/v3/community?name=`, and `/api/v4` where that one is no more. */
async function askForCommunity(
  origin: string,
  name: string,
  { http, now }: Pick<Asking, 'http' | 'now'>,
): Promise<Result<CommunityView, NetworkFailure>> {
  const addressIn = (version: string): string => `${origin}/api/${version}/community?name=${encodeURIComponent(name)}`;
  const third = await http.getJson(addressIn('v3'));
  const isNoMore = third.ok && third.value.status === 404 && meaningOf(third.value.body) === null;
  const answer = succeeded(isNoMore ? await http.getJson(addressIn('v4')) : third, now, meaningOf);
  if (!answer.ok) return answer;
  const found = readShape(viewSchema, answer.value.body, 'community');
  return found.ok ? ok(found.value.community_view) : found;
}

/** The number that a Lemmy server has given a community, its own (`name`) or another server's (`name@host`). */
export async function communityNumber(
  host: string,
  name: string,
  asking: Pick<Asking, 'http' | 'now'>,
): Promise<Result<number, NetworkFailure>> {
  const found = await askForCommunity(`https://${host}`, name, asking);
  if (!found.ok) return found;
  const { id } = found.value.community;
  return id == null ? fail({ type: 'unreadable', detail: 'community-id' }) : ok(id);
}

const MEANINGS: Readonly<Record<string, NamedFailure>> = {
  couldnt_find_community: 'gone',
  not_found: 'gone',
  instance_is_private: 'refused',
  rate_limit_error: 'rate-limited',
};

/** Lemmy's `LemmyErrorType`, which comes with 400 for nearly everything. */
function meaningOf(body: unknown): NamedFailure | null {
  const named = z.object({ error: z.string() }).safeParse(body).data?.error;
  return MEANINGS[named ?? ''] ?? null;
}

function toProfile({ community }: CommunityView, { handle, actorUri }: LocatedAccount, followers: number): Profile {
  return {
    handle: handleText(handle),
    url: actorUri,
    actorUri,
    remoteId: null,
    displayName: displayNameOf(community.title, community.name),
    pictureUrl: httpsUrl(community.icon),
    links: linksIn([community.sidebar ?? '', community.description ?? '']),
    followers,
    // Its server's moderators took it out of the lists of all communities.
    limited: community.hidden === true,
  };
}

function communityUrl(handle: string): string {
  const [name = '', host = ''] = handle.split('@');
  return `https://${host}/c/${name}`;
}
