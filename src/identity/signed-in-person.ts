import type { EntityManager } from 'typeorm';
import type { ProvenIdentity } from '../domain/proven-identity.ts';
import type { FollowResult, ToFollow } from '../networks/sign-in/follow-outcome.ts';
import type { HeldToken } from './sign-in-seals.ts';

/** Somebody who came back from their server, for as long as the act lasts for which they went. */
export interface SignedInPerson {
  readonly identity: ProvenIdentity;
  /** As it was given at the start. */
  readonly purpose: string;
  readonly wantsFollow: boolean;
  follow(target: ToFollow): FollowResult;
  /** Hands the token over for good, within the transaction that stores it: it is then not given back. */
  keepToken(manager: EntityManager): Promise<HeldToken>;
}
