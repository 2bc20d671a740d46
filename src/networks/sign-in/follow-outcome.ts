import type { Result } from '../../domain/result.ts';
import type { NetworkFailure } from '../network.ts';

/** Whom somebody wants to follow: canonical handle, and the ActivityPub id where it is known. */
export interface ToFollow {
  readonly handle: string;
  readonly actorUri: string | null;
}

/** What a person's own server said. `requested`: the other side answers by hand, or has not answered yet. */
export type FollowOutcome =
  | 'following'
  | 'already'
  | 'requested'
  | 'blocked'
  | 'moved'
  | 'limit-reached'
  | 'own-account'
  /** Their server does not find the account, or does not talk to its server. */
  | 'not-found';

export type FollowResult = Promise<Result<FollowOutcome, NetworkFailure>>;
