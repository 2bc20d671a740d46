import type { HandleError } from '../domain/handle.ts';
import type { Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';

/** The name of a network's file: 'mastodon' is mastodon.network.ts. */
export type NetworkId = string;

/** An account as its own server shows it. All text is the server's: escape it before showing it. */
export interface Profile {
  /** Canonical account handle in the casing of the server: `user@host` on the fediverse, `user` on X. */
  readonly handle: string;
  /** The page that people visit. */
  readonly url: string;
  /** ActivityPub id of the account; null where there is no ActivityPub. */
  readonly actorUri: string | null;
  readonly displayName: string;
  readonly pictureUrl: string | null;
  /** Where the profile's fields and text link to (http and https), in their order. */
  readonly links: readonly string[];
  /** Null when the count is hidden or not told; 0 only when the server says so. */
  readonly followers: number | null;
}

/** Why an account could not be read. `detail` is for operators: a short code without handles or addresses. */
export type NetworkFailure =
  | { readonly type: 'gone' }
  | { readonly type: 'suspended' }
  | { readonly type: 'hidden' }
  /** `to` is the new account's handle where the old server tells it, its address otherwise. */
  | { readonly type: 'moved'; readonly to: string }
  | { readonly type: 'rate-limited'; readonly retryAt: Date | null }
  /** The server answers, but not to us: sign-in demanded, blocked, or behind a bot challenge. */
  | { readonly type: 'refused' }
  | { readonly type: 'unreadable'; readonly detail: string }
  | { readonly type: 'unreachable'; readonly detail: string }
  /** No program may read this network's counts; people type what they see. */
  | { readonly type: 'read-by-people' };

/** A social network that Chiche can read. One file per network, found by its name: see networks.ts. */
export interface Network {
  readonly id: NetworkId;
  /** As people know it. */
  readonly name: string;
  readonly fediverse: boolean;
  /** NodeInfo software names whose accounts this network reads, lower-case. */
  readonly software: readonly string[];
  /** Canonical handle of what a person typed. */
  parseHandle(text: string): Result<string, HandleError>;
  /** The page to send people to when nothing better is known; `find` tells the real one. */
  profileUrl(handle: string): string;
  /** Looks a canonical handle up on its home server. A hidden count is a profile with null followers. */
  find(handle: string, http: GuardedHttp, now: Date): Promise<Result<Profile, NetworkFailure>>;
  /** The number of followers according to the account's home server; a hidden count is a failure. */
  followers(handle: string, http: GuardedHttp, now: Date): Promise<Result<number, NetworkFailure>>;
}
