import { Injectable } from '@nestjs/common';
import { isOnBluesky } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import { ServerReturns, type SignInRefusal, type SignInReturn } from '../identity/server-returns.service.ts';
import { ServerSignIns, type StartedSignIn } from '../identity/server-sign-ins.service.ts';
import { presentAccount } from '../institutions/present-account.ts';
import type { FollowOutcome } from '../networks/sign-in/follow-outcome.ts';
import type { SignInFailure } from '../networks/sign-in/grant.ts';
import type { NoSignIn } from '../networks/sign-in/sign-in-server.ts';
import type { OpenPledge } from './open-pledges.service.ts';
import { PledgeProofs, type ConfirmFailure } from './pledge-proofs.service.ts';
import { SupporterPage } from './supporter-page.service.ts';

/** Which page to lead back to, and in which language. */
export interface WayBack {
  readonly token: string;
  /** Null: as the browser asks. */
  readonly language: string | null;
  /** The supporter wants the promise to be that of the account with which they sign in, whatever was typed. */
  readonly move: boolean;
}

/** `follow` is null when nobody asked to follow; `unknown` when their server did not say what became of it. */
export interface ProvenPledge extends WayBack {
  readonly follow: FollowOutcome | 'unknown' | null;
}

export type StartFailure = { readonly type: 'not-found' } | NoSignIn | SignInFailure;

/** `back` is null where it is not certain that whoever came is who began: the private page is not theirs to see. */
export interface RefusedProof {
  readonly refusal: SignInRefusal | ConfirmFailure;
  readonly back: WayBack | null;
}

/** Proving a pledge on one's own server and, if asked for, following from there in the same tap. */
@Injectable()
export class PledgeSignIn {
  constructor(
    private readonly supporter: SupporterPage,
    private readonly proofs: PledgeProofs,
    private readonly signIns: ServerSignIns,
    private readonly returns: ServerReturns,
  ) {}

  /**
   * Where to send the supporter; the permission to follow is asked for only when they want to, and there is whom to follow from
   * there.
   */
  async start(back: WayBack, wish: 'prove' | 'follow'): Promise<Result<StartedSignIn, StartFailure>> {
    const pledge = await this.supporter.find(back.token);
    if (pledge === null) return fail({ type: 'not-found' });
    const wantsFollow = wish === 'follow' && pledge.campaign.fediverseAccount !== null && !isOnBluesky(pledge.person.handle);
    return this.signIns.start({ handle: pledge.person.handle, wantsFollow, use: 'people', purpose: JSON.stringify(back) });
  }

  /** Confirms the pledge of whoever came back from their server, follows, and keeps the pledge if that was seen. */
  async finish(returned: SignInReturn): Promise<Result<ProvenPledge, RefusedProof>> {
    const finished = await this.returns.finish(returned, (person) => this.act(person));
    if (finished.ok) return finished.value;
    const { refusal, purpose } = finished.error;
    return fail({ refusal, back: purpose === null ? null : wayBackOf(purpose) });
  }

  private async act(person: SignedInPerson): Promise<Result<ProvenPledge, RefusedProof>> {
    const back = wayBackOf(person.purpose);
    const confirmed = await this.proofs.confirm(back.token, person.identity, back);
    if (!confirmed.ok) return fail({ refusal: confirmed.error, back });
    const pledge = person.wantsFollow ? await this.supporter.find(back.token) : null;
    return ok({ ...back, follow: pledge && (await this.follow(pledge, person, back.token)) });
  }

  private async follow({ campaign }: OpenPledge, person: SignedInPerson, token: string): Promise<ProvenPledge['follow']> {
    if (campaign.fediverseAccount === null) return null;
    const account = presentAccount(campaign.fediverseAccount);
    if (account.actorUri === person.identity.actorUri) return 'own-account';
    const followed = await person.follow(account);
    if (!followed.ok) return 'unknown';
    if (followed.value === 'following') await this.proofs.keep(token, 'followed');
    if (followed.value === 'already') await this.proofs.keep(token, 'relationship');
    return followed.value;
  }
}

function wayBackOf(purpose: string): WayBack {
  return JSON.parse(purpose) as WayBack;
}
