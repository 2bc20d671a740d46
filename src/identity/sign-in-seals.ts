import type { AppUse } from '../networks/sign-in/mastodon-sign-in.ts';
import type { SignInFlow } from '../networks/sign-in/sign-in-server.ts';
import { placeOf, type KeyRing, type Keys } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import type { ServerSignIn } from './server-sign-in.entity.ts';

/** All that is written down of somebody who went to their server. */
export interface SignInAttempt {
  readonly origin: string;
  readonly flow: SignInFlow;
  /** Of the handle with which the person came; often not the server's. */
  readonly handleHost: string;
  readonly wantsFollow: boolean;
  readonly use: AppUse;
  /** Given back at the end; nobody else's business. */
  readonly purpose: string;
  /** Of PKCE (RFC 7636); for Bluesky, whatever else its library keeps meanwhile. */
  readonly verifier: string;
}

/** What it takes to give a token back. */
export interface HeldToken {
  readonly origin: string;
  readonly flow: SignInFlow;
  readonly token: string;
  readonly use: AppUse;
}

interface Sealable {
  sealed: SignInAttempt;
  token: HeldToken;
}

export function seal<Column extends keyof Sealable>(keys: Keys, column: Column, id: string, value: Sealable[Column]): string {
  return keys.seal(placeOf('server_sign_in', column, id), JSON.stringify(value));
}

/** For a change of keys: whoever is on their way comes back all the same, and no token is left to live. */
export const SEALED_SIGN_INS: readonly SealedTable[] = ['sealed', 'token'].map((column) => ({
  name: 'server_sign_in',
  column,
  hashed: [],
  hashesOf: () => [],
}));

/** Null once it ended, or when the key that sealed it is gone. */
export async function open<Column extends keyof Sealable>(ring: KeyRing, column: Column, row: ServerSignIn): Promise<Sealable[Column] | null> {
  const sealed = row[column];
  const text = sealed && (await ring.open(placeOf('server_sign_in', column, row.id), sealed));
  return text ? (JSON.parse(text) as Sealable[Column]) : null;
}
