import { isOnBluesky, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { network as bluesky } from './bluesky.network.ts';
import { blueskySide } from './bridged.ts';
import { fillTemplate, hostOf, isOnOneOf, templateOf } from './intent-template.ts';
import type { NetworkFailure } from './network.ts';
import { webfinger, type WebFinger } from './webfinger.ts';

/** A page of the supporter's own server where they follow with one more click. */
export interface FollowLink {
  readonly url: string;
  /** Which of the ways below gave it; `guessed` may lead to a page that does not exist. */
  readonly how: 'fep-3b86-follow' | 'subscribe' | 'fep-3b86-object' | 'guessed' | 'bridged';
}

export type FollowLinkFailure =
  | { readonly type: 'no-such-account' }
  | { readonly type: 'unreachable' }
  /** The server did not want to tell, or sends its people to another site than its own. */
  | { readonly type: 'refused' }
  | { readonly type: 'unreadable' };

/** Whom to follow: canonical handle, and the ActivityPub id where it is known. */
export interface FollowTarget {
  readonly handle: string;
  readonly actorUri: string | null;
}

/** In order of preference: FEP-3b86 (Activity Intents) and OStatus, whose link Mastodon made common. */
const WAYS = [
  { rel: 'https://w3id.org/fep/3b86/Follow', how: 'fep-3b86-follow', needsId: true },
  { rel: 'http://ostatus.org/schema/1.0/subscribe', how: 'subscribe', needsId: false },
  { rel: 'https://w3id.org/fep/3b86/Object', how: 'fep-3b86-object', needsId: true },
] as const;

/**
 * Finds where a supporter follows the target, as their own server's WebFinger says. An intent's address is in
 * `template` (Mastodon ≥ 4.6) or `href` (the text of FEP-3b86). Without any such link, `/authorize_interaction`
 * on the server of their account is guessed. A link must stay on the host of the handle or of the account.
 * On Bluesky, it is the target's profile there, if a bridge shows it.
 * `signal` is for a page that cannot wait as long as the client does.
 */
export async function followLink(
  supporter: FediverseHandle,
  target: FollowTarget,
  http: GuardedHttp,
  signal?: AbortSignal,
): Promise<Result<FollowLink, FollowLinkFailure>> {
  if (isOnBluesky(supporter)) return bridgedProfile(target, signal ? withDeadline(http, signal) : http);
  // No time is told to the caller, so the clock is nobody's business here.
  const found = await webfinger(supporter, http, new Date(), signal);
  if (!found.ok) return fail(failureOf(found.error));
  const hosts = [supporter.host, found.value.handle.host, hostOf(found.value.actorUri)];
  for (const { rel, how, needsId } of WAYS) {
    const template = templateOf(found.value.links, rel);
    if (template === null || (needsId && target.actorUri === null)) continue;
    const object = target.actorUri ?? target.handle;
    const url = fillTemplate(template, { uri: object, object });
    return isOnOneOf(url, hosts) ? ok({ url, how }) : fail({ type: 'refused' });
  }
  return guess(found.value, target);
}

/** Whether a page where somebody follows is for this target, which may have moved since. */
export function leadsTo(url: string, { handle, actorUri }: FollowTarget): boolean {
  return url.includes(encodeURIComponent(actorUri ?? handle)) || url === bluesky.profileUrl(blueskySide(handle));
}

async function bridgedProfile({ handle }: FollowTarget, http: GuardedHttp): Promise<Result<FollowLink, FollowLinkFailure>> {
  const found = await bluesky.find(blueskySide(handle), { http, now: new Date(), xApi: null });
  return found.ok ? ok({ url: bluesky.profileUrl(blueskySide(handle)), how: 'bridged' }) : fail(failureOf(found.error));
}

function guess({ actorUri }: WebFinger, target: FollowTarget): Result<FollowLink, FollowLinkFailure> {
  if (actorUri === null) return fail({ type: 'unreadable' });
  const page = `/authorize_interaction?uri=${encodeURIComponent(target.actorUri ?? target.handle)}`;
  return ok({ url: new URL(page, actorUri).href, how: 'guessed' });
}

function failureOf(failure: NetworkFailure): FollowLinkFailure {
  switch (failure.type) {
    case 'gone':
    case 'deleted':
      return { type: 'no-such-account' };
    case 'unreachable':
    case 'rate-limited':
      return { type: 'unreachable' };
    case 'refused':
      return { type: 'refused' };
    default:
      return { type: 'unreadable' };
  }
}
