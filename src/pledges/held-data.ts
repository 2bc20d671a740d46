import type { KeptHow, StandingState } from '../domain/pledge-lifecycle.ts';
import type { ProofMethod } from '../domain/proven-identity.ts';
import type { Invitation } from './invitations.service.ts';
import type { FollowState, Pledge } from './pledge.entity.ts';
import type { OpenPledge } from './open-pledges.service.ts';
import type { TellWish } from './tell-requests.service.ts';

/** All that is held about a person for one pledge, as the person may read it and take it away. */
export interface HeldData {
  campaign: string;
  handle: string;
  server: string;
  /** The account that was proven. */
  account: string | null;
  state: StandingState;
  promisedAt: Date;
  changedAt: Date;
  /** How many others had to promise first; null: nobody, or nobody any more. `releasedAt`: since when it waits no longer. */
  condition: { whenOthers: number; releasedAt: Date | null } | { whenOthers: null; releasedAt: Date } | null;
  consent: { version: string; at: Date };
  shownByName: { since: Date } | null;
  proof: { how: ProofMethod; at: Date } | null;
  kept: { how: KeptHow; at: Date; seenAgainAt: Date | null } | null;
  /** What the person's own server told of where to follow. */
  follow: { state: FollowState; url: string | null };
  /** How many pledged who came by the person's own link; null: there is no link. */
  broughtByLink: number | null;
  /** How the person asked to be told when the account opens. */
  tellBy: Omit<TellWish, 'language' | 'toldAccountId'>[];
}

export function heldData(pledge: OpenPledge, invitation: Invitation | null, wishes: readonly TellWish[]): HeldData {
  const { person, campaign, state } = pledge;
  return {
    campaign: campaign.slug,
    handle: pledge.handle,
    server: pledge.host,
    account: person.actorUri,
    state,
    promisedAt: pledge.createdAt,
    changedAt: pledge.changedAt,
    condition: conditionOf(pledge),
    consent: { version: pledge.consentVersion, at: pledge.consentedAt },
    shownByName: pledge.showConsentAt && { since: pledge.showConsentAt },
    proof: proofOf(pledge),
    kept: keptOf(pledge),
    follow: { state: pledge.followState, url: person.followUrl },
    broughtByLink: invitation?.brought ?? null,
    tellBy: wishes.map(({ way, address, askedAt, toldAt, sentAt, failure }) => ({ way, address, askedAt, toldAt, sentAt, failure })),
  };
}

function conditionOf({ whenOthers, releasedAt }: Pledge): HeldData['condition'] {
  if (whenOthers !== null) return { whenOthers, releasedAt };
  return releasedAt === null ? null : { whenOthers, releasedAt };
}

function proofOf({ proof, confirmedAt }: Pledge): HeldData['proof'] {
  return proof === null || confirmedAt === null ? null : { how: proof, at: confirmedAt };
}

function keptOf({ keptHow, keptAt, lookAgainAt }: Pledge): HeldData['kept'] {
  return keptHow === null || keptAt === null ? null : { how: keptHow, at: keptAt, seenAgainAt: lookAgainAt };
}
