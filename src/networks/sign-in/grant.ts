import type { Result } from '../../domain/result.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import type { FollowResult, ToFollow } from './follow-outcome.ts';
import { followOnMastodon } from './mastodon-follow.ts';
import { accountOfToken, revokeToken, type BadCode, type OAuthApp } from './mastodon-sign-in.ts';
import { followOnMisskey } from './misskey-follow.ts';
import type { OAuthServer } from './oauth-server.ts';
import { confirmAccount, type ConfirmedAccount, type NotConfirmed, type TokenAccount } from './token-account.ts';

/** Why it is not known who somebody is. */
export type SignInFailure = BadCode | NotConfirmed | NetworkFailure;

/** What somebody allowed on their server, for one act. */
export interface Grant {
  readonly token: string;
  /** Whose it is, which the host of the handle with which they came confirms. */
  identify(handleHost: string, asking: Asking): Promise<Result<ConfirmedAccount, SignInFailure>>;
  follow(target: ToFollow, asking: Asking): FollowResult;
  /** Gives the token back; whether the server will not take it any more. */
  revoke(asking: Asking): Promise<boolean>;
}

export function mastodonGrant(server: OAuthServer, app: OAuthApp, token: string): Grant {
  return {
    token,
    identify: async (host, asking) => {
      const told = await accountOfToken(server, app, token, asking);
      return told.ok ? confirmAccount(told.value, { origin: server.origin, host }, asking) : told;
    },
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
    identify: (host, asking) => confirmAccount(account, { origin, host }, asking),
    follow: (target, asking) => followOnMisskey({ origin, token }, target, asking),
    revoke: async () => true,
  };
}
