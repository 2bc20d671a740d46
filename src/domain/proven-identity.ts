import type { FediverseHandle } from './handle.ts';

/** Ways in which people show that an account is theirs. */
export const PROOF_METHODS = ['mastodon', 'misskey', 'bluesky', 'profile', 'email'] as const;
export type ProofMethod = (typeof PROOF_METHODS)[number];

/** Whether the handle is known to be theirs: a mail proves a person, and no handle. */
export function provesHandle(how: ProofMethod | null): boolean {
  return how !== null && how !== 'email';
}

/** An account that its holder proved to hold. Its key is the actor's URI: handles are given away again, URIs are not. */
export interface ProvenIdentity {
  /** As its own server writes it, verified by WebFinger both ways. */
  readonly handle: FediverseHandle;
  readonly actorUri: string;
  readonly how: ProofMethod;
  /** Accounts that moved here, which both ends say. */
  readonly formerly?: readonly { readonly handle: FediverseHandle; readonly actorUri: string }[];
}
