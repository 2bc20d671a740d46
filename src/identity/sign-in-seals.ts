import type { SignInFlow } from '../networks/sign-in/sign-in-server.ts';
import { placeOf, type KeyRing } from '../platform/key-ring.ts';
import type { ServerSignIn } from './server-sign-in.entity.ts';

/** All that is written down of somebody who went to their server. */
export interface SignInAttempt {
  readonly origin: string;
  readonly flow: SignInFlow;
  /** Of the handle with which the person came; often not the server's. */
  readonly handleHost: string;
  readonly wantsFollow: boolean;
  /** Given back at the end; nobody else's business. */
  readonly purpose: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** What it takes to give a token back. */
export interface HeldToken {
  readonly origin: string;
  readonly flow: SignInFlow;
  readonly token: string;
}

interface Sealable {
  sealed: SignInAttempt;
  token: HeldToken;
}

export async function seal<Column extends keyof Sealable>(ring: KeyRing, column: Column, id: string, value: Sealable[Column]): Promise<string> {
  return (await ring.keys()).seal(placeOf('server_sign_in', column, id), JSON.stringify(value));
}

/** Null once it ended, or when the key that sealed it is gone. */
export async function open<Column extends keyof Sealable>(ring: KeyRing, column: Column, row: ServerSignIn): Promise<Sealable[Column] | null> {
  const sealed = row[column];
  const text = sealed && (await ring.open(placeOf('server_sign_in', column, row.id), sealed));
  return text ? (JSON.parse(text) as Sealable[Column]) : null;
}
