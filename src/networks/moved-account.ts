import { handleText, parseFediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { fetchActor } from './activitypub.ts';
import type { Asking, NetworkFailure, Profile } from './network.ts';
import { discover } from './networks.ts';

/** The account that another one moved to. */
export interface MovedAccount {
  readonly network: string;
  readonly profile: Profile;
}

/**
 * Finds the account that `actorUri` says to have moved to: a handle, or an ActivityPub id. As for Mastodon's Move, it
 * must name the old account in its `alsoKnownAs`, or anybody's followers could be claimed by pointing at them. The new
 * account is not followed any further.
 */
export async function followMove(actorUri: string, to: string, asking: Asking): Promise<Result<MovedAccount, NetworkFailure>> {
  const handle = URL.canParse(to) ? await handleOfActor(to, asking) : ok(to);
  if (!handle.ok) return handle;
  const found = await discover(handle.value, asking);
  if (!found.ok) return found;
  const actor = await fetchActor(found.value.actorUri, asking.http, asking.now);
  if (!actor.ok) return actor;
  if (!actor.value.alsoKnownAs.includes(actorUri)) return fail({ type: 'unreadable', detail: 'move-not-confirmed' });
  const profile = await found.value.network.find(found.value.handle, asking);
  return profile.ok ? ok({ network: found.value.network.id, profile: profile.value }) : profile;
}

async function handleOfActor(uri: string, { http, now }: Asking): Promise<Result<string, NetworkFailure>> {
  const actor = await fetchActor(uri, http, now);
  if (!actor.ok) return actor;
  const parsed = parseFediverseHandle(`${actor.value.user ?? ''}@${new URL(uri).host}`);
  return parsed.ok ? ok(handleText(parsed.value)) : fail({ type: 'unreadable', detail: 'moved-to' });
}
