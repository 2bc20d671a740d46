import { ok, fail, type Result } from '../../domain/result.ts';
import { locate, type LocatedAccount } from '../fediverse-account.ts';
import { network as lemmy } from '../lemmy.network.ts';
import { network as misskey } from '../misskey.network.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import { nodeInfo } from '../nodeinfo.ts';
import { network as peertube } from '../peertube.network.ts';

/** How a server lets other sites ask its people who they are. */
export type SignInFlow = 'mastodon' | 'misskey' | 'bluesky';

/** Where somebody signs in: the server on which their account lives, which often is not the host of their handle. */
export interface SignInServer {
  readonly origin: string;
  readonly flow: Exclude<SignInFlow, 'bluesky'>;
  /** By NodeInfo; '' when the server does not tell. */
  readonly software: string;
  readonly account: LocatedAccount;
}

/** The server lets nobody else ask. */
export type NoSignIn = { readonly type: 'no-sign-in' };

/** Lemmy and PeerTube have no way to come back to another site. */
const WITHOUT_SIGN_IN = [...lemmy.software, ...peertube.software];

/**
 * Finds the server of a handle (canonical text) by WebFinger, and its flow by NodeInfo. Misskey's relatives also speak
 * Mastodon's API, badly: MiAuth is theirs. All others are taken to speak Mastodon's, and registering tells whether they do.
 */
export async function findSignIn(handle: string, asking: Asking): Promise<Result<SignInServer, NoSignIn | NetworkFailure>> {
  const account = await locate(handle, asking);
  if (!account.ok) return account;
  const { origin, host } = new URL(account.value.actorUri);
  const server = await nodeInfo(host, asking.http, asking.now);
  const software = server.ok ? server.value.software : '';
  if (WITHOUT_SIGN_IN.includes(software)) return fail({ type: 'no-sign-in' });
  return ok({ origin, flow: misskey.software.includes(software) ? 'misskey' : 'mastodon', software, account: account.value });
}
