import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import { nextState } from '../domain/campaign-lifecycle.ts';
import { fail, type Result } from '../domain/result.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import type { Account } from '../institutions/account.entity.ts';
import { Institutions, type AccountTaken } from '../institutions/institutions.service.ts';
import { Clock } from '../platform/clock.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignMail } from './campaign-mail.service.ts';
import { Milestone } from './milestone.entity.ts';

/** `uncounted`: its followers cannot be read, so that nobody would ever be told that it is open. */
export type OpeningFailure = AccountTaken | { type: 'uncounted' };

/** The account of an `open` dare, once there is one; always within somebody's transaction that holds the campaign. */
@Injectable()
export class AccountOpening {
  constructor(
    private readonly clock: Clock,
    private readonly institutions: Institutions,
    private readonly schedule: ReadingSchedule,
    private readonly mail: CampaignMail,
  ) {}

  /** Gives a campaign that {@link awaitsAccount} its account, which is read at the worker's next round. */
  async record(manager: EntityManager, { id, institution }: Campaign, found: FoundAccount): Promise<Result<Account, OpeningFailure>> {
    if (found.followers === null) return fail({ type: 'uncounted' });
    const now = this.clock.now();
    const account = await this.institutions.ensureAccount(manager, institution, found, now);
    if (!account.ok) return account;
    await manager.update(Campaign, { id }, { fediverseAccount: account.value, changedAt: now });
    await this.schedule.plan(account.value.id, now, manager);
    return account;
  }

  /** Takes the wrong account away from a campaign that {@link hasCorrectableAccount}; one that was won by it goes on. */
  async takeBack(manager: EntityManager, { id, state }: Campaign, reason: string): Promise<void> {
    const next = state === 'won' ? nextState(state, 'reopen', 'moderator') : null;
    await manager.update(Campaign, { id }, {
      fediverseAccount: null,
      changedAt: this.clock.now(),
      reviewNote: reason,
      ...(next?.ok ? { state: next.value, endedAt: null } : {}),
    });
    await manager.delete(Milestone, { campaign: { id }, kind: Not('launched') });
    await this.mail.tell(manager, id, 'account_taken_back', reason);
  }
}
