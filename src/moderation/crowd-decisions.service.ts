import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { PageCache } from '../platform/page-cache.ts';
import { serversOf } from '../pledges/crowd-watch.service.ts';
import { PledgeCrowd, type CrowdState } from '../pledges/pledge-crowd.entity.ts';
import { hostHashes } from '../pledges/pledge-person.ts';
import { setCrowdAside, takeBack, type SetAsideScope } from '../pledges/set-aside.ts';
import { decideWhole, record } from './decisions.ts';

/** What a moderator says of pledges that came together. */
export type CrowdDecision =
  | { action: 'set_aside'; scope: SetAsideScope; reason: string }
  | { action: 'dismiss' | 'reopen'; reason: string };

export type CrowdFailure = { type: 'not-found' } | { type: 'already-decided' };

const STATE_AFTER = { set_aside: 'set-aside', dismiss: 'dismissed', reopen: 'open' } as const satisfies Record<CrowdDecision['action'], CrowdState>;

/** Setting pledges aside in bulk, and taking that back. */
@Injectable()
export class CrowdDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly pages: PageCache,
  ) {}

  /** A crowd that is open is set aside or dismissed; to open it again is to count again what was set aside. */
  async decide(by: StaffMember, crowdId: string, decision: CrowdDecision): Promise<Result<null, CrowdFailure>> {
    const decided = await decideWhole<null, CrowdFailure>(this.database, async (manager) => {
      const crowd = await lockCrowd(manager, crowdId);
      if (crowd === null) return fail({ type: 'not-found' });
      if ((crowd.state === 'open') === (decision.action === 'reopen')) return fail({ type: 'already-decided' });
      const [state, at] = [STATE_AFTER[decision.action], this.clock.now()];
      const pledges = await this.act(manager, crowd, decision, at);
      await manager.update(PledgeCrowd, { id: crowdId }, { state, decidedAt: state === 'open' ? null : at });
      const { action, reason } = decision;
      const [before, after] = [{ state: crowd.state, pledges: null }, { state, pledges: pledges === 0 ? null : String(pledges) }];
      await record(manager, { by, subject: 'crowd', subjectId: crowdId, action, reason, before, after, at });
      return ok(null);
    });
    if (decided.ok) this.pages.clear();
    return decided;
  }

  /** How many pledges count no more, or again. */
  private async act(manager: EntityManager, crowd: PledgeCrowd, decision: CrowdDecision, at: Date): Promise<number> {
    if (decision.action === 'reopen') return takeBack(manager, crowd.id, at);
    if (decision.action !== 'set_aside') return 0;
    const keys = await this.ring.keys(manager);
    const servers = await serversOf(this.ring, crowd, manager);
    return setCrowdAside(manager, crowd, servers.flatMap(({ host }) => hostHashes(keys, host)), decision.scope, at);
  }
}

async function lockCrowd(manager: EntityManager, id: string): Promise<PledgeCrowd | null> {
  return manager.findOne(PledgeCrowd, {
    where: { id },
    lock: { mode: 'pessimistic_write' },
    loadRelationIds: { relations: ['campaign'], disableMixedMap: true },
  });
}
