import { ok, type Result } from '../../domain/result.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import type { FollowResult, ToFollow } from './follow-outcome.ts';
import { followOnMastodon } from './mastodon-follow.ts';
import { accountOfToken, revokeToken, type OAuthApp } from './mastodon-sign-in.ts';
import { followOnMisskey } from './misskey-follow.ts';
import type { OAuthServer } from './oauth-server.ts';
import type { TokenAccount } from './token-account.ts';

/** What somebody allowed on their server, for one act. */
export interface Grant {
  readonly token: string;
  account(asking: Asking): Promise<Result<TokenAccount, NetworkFailure>>;
  follow(target: ToFollow, asking: Asking): FollowResult;
  /** Gives the token back; whether the server will not take it any more. */
  revoke(asking: Asking): Promise<boolean>;
}

export function mastodonGrant(server: OAuthServer, app: OAuthApp, token: string): Grant {
  return {
    token,
    account: (asking) => accountOfToken(server, app, token, asking),
    follow: (target, asking) => followOnMastodon({ origin: server.origin, token }, target, asking),
    revoke: (asking) => revokeToken(server, app, token, asking),
  };
}

/**
 * Misskey lets nobody but its own pages revoke a token (`i/revoke-token` is `secure`): it can only be forgotten, and one
 * that was given for a name alone can do nothing.
 */
export function misskeyGrant(origin: string, token: string, account: TokenAccount): Grant {
  return {
    token,
    account: async () => ok(account),
    follow: (target, asking) => followOnMisskey({ origin, token }, target, asking),
    revoke: async () => true,
  };
}
