import { Injectable } from '@nestjs/common';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { isOnBluesky, parseFediverseHandle, type HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { ServerReturns, type SignInRefusal, type SignInReturn } from '../identity/server-returns.service.ts';
import { ServerSignIns, type StartedSignIn } from '../identity/server-sign-ins.service.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import type { SignInFailure } from '../networks/sign-in/grant.ts';
import type { NoSignIn } from '../networks/sign-in/sign-in-server.ts';
import { CampaignBots } from './campaign-bots.service.ts';
import { Publications } from './publications.service.ts';

/** Which private page to lead back to, and in which language. */
export interface BotWayBack {
  readonly token: string;
  /** Null: as the browser asks. */
  readonly language: string | null;
}

export type ConnectFailure = HandleError | NoSignIn | SignInFailure;

/** `back` is null where it is not certain that whoever came is who began: the private page is not theirs to see. */
export interface RefusedBot {
  readonly refusal: SignInRefusal | { readonly type: 'not-found' };
  readonly back: BotWayBack | null;
}

/** Sends campaigners to the server of the account that they lend their campaign, and takes them back. */
@Injectable()
export class BotSignIn {
  constructor(
    private readonly signIns: ServerSignIns,
    private readonly returns: ServerReturns,
    private readonly owners: CampaignOwners,
    private readonly bots: CampaignBots,
    private readonly publications: Publications,
  ) {}

  /** Where to send the campaigner, who says there which account it is. */
  async start(typed: string, back: BotWayBack): Promise<Result<StartedSignIn, ConnectFailure>> {
    const handle = parseFediverseHandle(typed);
    if (!handle.ok) return handle;
    if (isOnBluesky(handle.value)) return fail({ type: 'no-sign-in' });
    return this.signIns.start({ handle: handle.value, wantsFollow: false, use: 'bots', purpose: JSON.stringify(back) });
  }

  /** From now on the campaign publishes from the account of whoever came back. */
  async finish(returned: SignInReturn): Promise<Result<BotWayBack, RefusedBot>> {
    const finished = await this.returns.finish(returned, (person) => this.keep(person));
    if (finished.ok) return finished.value;
    const { refusal, purpose } = finished.error;
    return fail({ refusal, back: purpose === null ? null : wayBackOf(purpose) });
  }

  private async keep(person: SignedInPerson): Promise<Result<BotWayBack, RefusedBot>> {
    const back = wayBackOf(person.purpose);
    const owner = await this.owners.byToken(back.token);
    if (owner === null) return fail({ refusal: { type: 'not-found' }, back: null });
    await this.bots.keep(owner.campaign.id, person);
    await this.publications.plan(owner.campaign.id);
    return ok(back);
  }
}

function wayBackOf(purpose: string): BotWayBack {
  return JSON.parse(purpose) as BotWayBack;
}
