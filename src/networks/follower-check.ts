import type { Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { fetchActor } from './activitypub.ts';
import { hasFollower } from './followers-collection.ts';
import type { NetworkFailure } from './network.ts';

/** Mastodon lists 12 followers on a page; whoever just followed is on the first ones. */
const MAX_PAGES = 20;

/**
 * Whether the supporter is among an institution's newest followers, by their ActivityPub ids. `false` says that
 * they are not on the newest pages, not that they never followed; `hidden` that the list is not public.
 */
export async function isFollower(
  institutionActorUri: string,
  supporterActorUri: string,
  http: GuardedHttp,
  now: Date = new Date(),
): Promise<Result<boolean, NetworkFailure>> {
  const institution = await fetchActor(institutionActorUri, http, now);
  if (!institution.ok) return institution;
  return hasFollower(institution.value, supporterActorUri, MAX_PAGES, http, now);
}
