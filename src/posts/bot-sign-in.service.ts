import { Inject, Injectable } from '@nestjs/common';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { isOnBluesky, parseFediverseHandle, type HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { ServerReturns, type SignInRefusal, type SignInReturn } from '../identity/server-returns.service.ts';
import { ServerSignIns, type StartedSignIn } from '../identity/server-sign-ins.service.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import { readProfileProof } from '../networks/profile-proof.ts';
import type { SignInFailure } from '../networks/sign-in/grant.ts';
import type { NoSignIn } from '../networks/sign-in/sign-in-server.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { codeOf } from '../platform/secrets.ts';
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
  readonly refusal: SignInRefusal | { readonly type: 'not-found' } | { readonly type: 'no-code' };
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
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    private readonly clock: Clock,
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
    if (!(await this.mayLend(person, back.token))) return fail({ refusal: { type: 'no-code' }, back });
    await this.bots.keep(owner.campaign.id, person);
    await this.publications.plan(owner.campaign.id);
    return ok(back);
  }

  /**
   * MiAuth gives the permission to whoever knows the session, which is whoever began: a stranger who was led to say yes would
   * lend their account to somebody else's campaign. A code in the profile shows that they mean this one.
   */
  private async mayLend({ identity }: SignedInPerson, token: string): Promise<boolean> {
    return identity.how !== 'misskey' || (await readProfileProof(identity.handle, botCode(token), this.http, this.clock.now())).ok;
  }
}

/** The code of a private link, to put in the profile of an account on Misskey that is lent to the campaign; nothing keeps it. */
export function botCode(token: string): string {
  return codeOf(token, 'bot code');
}

function wayBackOf(purpose: string): BotWayBack {
  return JSON.parse(purpose) as BotWayBack;
}
