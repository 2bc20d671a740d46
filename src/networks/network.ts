import type { HandleError } from '../domain/handle.ts';
import type { Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';

/** The name of a network's file: 'mastodon' is mastodon.network.ts. */
export type NetworkId = string;

/** What a network asks with. */
export interface Asking {
  readonly http: GuardedHttp;
  readonly now: Date;
  /** Null: nobody pays for X's API, so that people read X. */
  readonly xApi: XApi | null;
}

export interface XApi {
  /** Origin, without a closing slash. */
  readonly url: string;
  readonly bearerToken: string;
}

/** What is known of an account since it was found. */
export interface KnownAccount {
  /** Canonical: the one that it goes by now. */
  readonly handle: string;
  readonly actorUri: string | null;
  /** As in {@link Profile}. */
  readonly remoteId: string | null;
}

/** An account as its own server shows it. All text is the server's: escape it before showing it. */
export interface Profile {
  /** Canonical account handle in the casing of the server: `user@host` on the fediverse, `user` on X. */
  readonly handle: string;
  /** The page that people visit. */
  readonly url: string;
  /** ActivityPub id of the account; null where there is no ActivityPub. */
  readonly actorUri: string | null;
  /** Its id in its server's own API, which batch calls ask by; null where there is none or it is not told. */
  readonly remoteId: string | null;
  readonly displayName: string;
  readonly pictureUrl: string | null;
  /** Where the profile's fields and text link to (http and https), in their order. */
  readonly links: readonly string[];
  /** Null when the count is hidden or not told; 0 only when the server says so. */
  readonly followers: number | null;
  /** Its own server's moderators limited whom it reaches. */
  readonly limited: boolean;
}

/**
 * One reading of an account; `handle` is the one that it goes by now, which is another one after a renaming, and
 * `actorUri` where it lives now, which is another place after its domain moved its server.
 */
export type FollowerCount = Pick<Profile, 'handle' | 'actorUri' | 'remoteId' | 'limited'> & { readonly followers: number };

/** Why an account could not be read. `detail` is for operators: a short code without handles or addresses. */
export type NetworkFailure =
  /** Its server knows no such account. */
  | { readonly type: 'gone' }
  /** Its server says that it was deleted for good. */
  | { readonly type: 'deleted' }
  | { readonly type: 'suspended' }
  | { readonly type: 'hidden' }
  /** `to` is the new account's handle where the old server tells it, its address otherwise. */
  | { readonly type: 'moved'; readonly to: string }
  | { readonly type: 'rate-limited'; readonly retryAt: Date | null }
  /** The server answers, but not to us: sign-in demanded, blocked, or behind a bot challenge. */
  | { readonly type: 'refused' }
  /** Another server had to be asked as well, and was better left alone until then. */
  | { readonly type: 'busy'; readonly until: Date }
  /** Its server asked not to be read by Chiche. */
  | { readonly type: 'opted-out' }
  | { readonly type: 'unreadable'; readonly detail: string }
  | { readonly type: 'unreachable'; readonly detail: string }
  /** No program may read this network's counts; people type what they see. */
  | { readonly type: 'read-by-people' };

/**
 * How a network is read, as the method page tells it. What cannot be said in facts is in `locales/<language>/method.json`,
 * under `hidden.<id>`.
 */
export interface ReadingMethod {
  /** What an account's count is asked for by, `{…}` in the place of names; the first is the usual one. */
  readonly calls: readonly string[];
  /** Whether requests carry the signature of the site's actor; `where-closed`: those of servers that answer nobody else. */
  readonly signed: 'never' | 'where-closed' | 'always';
  /** How most of its servers show a suspended account to strangers. */
  readonly suspended: 'told' | 'not-found' | 'hidden' | 'as-before';
}

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
  /** The host that is asked for an account's count: no two requests are made of it at once. */
  home(account: KnownAccount): string;
  /** Most accounts that {@link followers} takes at once; 1 without a batch call. */
  readonly batch: number;
  /** Whether it is asked only once in a UTC day, because each answer is paid for. */
  readonly onceADay: boolean;
  readonly method: ReadingMethod;
  /** Looks a canonical handle up on its home server. A hidden count is a profile with null followers. */
  find(handle: string, asking: Asking): Promise<Result<Profile, NetworkFailure>>;
  /**
   * The numbers of followers of accounts of one home, each by its handle, with as few requests as the network allows.
   * A hidden count is a failure.
   */
  followers(accounts: readonly KnownAccount[], asking: Asking): Promise<FollowerCounts>;
}

/** By the handles that were asked for; who is missing was not asked for, because the host is better left alone now. */
export type FollowerCounts = ReadonlyMap<string, Result<FollowerCount, NetworkFailure>>;
