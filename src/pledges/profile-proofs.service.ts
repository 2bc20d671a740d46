import { Inject, Injectable } from '@nestjs/common';
import { fail, type Result } from '../domain/result.ts';
import { readProfileProof, type ProfileProofFailure } from '../networks/profile-proof.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { codeOf } from '../platform/secrets.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeProofs, type ConfirmFailure } from './pledge-proofs.service.ts';

/** Proof by a code in one's profile, for servers without a sign-in for others, and for whoever prefers it. */
@Injectable()
export class ProfileProofs {
  constructor(
    private readonly pledges: OpenPledges,
    private readonly proofs: PledgeProofs,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** Reads the supporter's profile on their own server; the pledge is confirmed if the code is in it. */
  async check(token: string): Promise<Result<unknown, ProfileProofFailure | ConfirmFailure>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    const owner = await readProfileProof(pledge.person.handle, profileCode(token), this.http, this.clock.now());
    return owner.ok ? this.proofs.confirm(token, { ...owner.value, how: 'profile' }) : owner;
  }
}

/**
 * The code of a pledge, which its private page shows and nothing keeps: it is made of the page's token, and the token is not to
 * be found from it. Whoever reads it in a profile cannot use it, since their own pledge has another one.
 */
export function profileCode(token: string): string {
  return codeOf(token, 'profile code');
}

/** Whether a text could be a code. */
export function isProfileCode(text: string): boolean {
  return /^chiche-[0-9a-hjkmnp-tv-z]{10}$/.test(text);
}
