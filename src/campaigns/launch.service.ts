import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { AMENDABLE_STATES } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { slugOf } from '../domain/slug.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import type { Account } from '../institutions/account.entity.ts';
import type { Institution } from '../institutions/institution.entity.ts';
import { Institutions } from '../institutions/institutions.service.ts';
import { Clock } from '../platform/clock.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignMail } from './campaign-mail.service.ts';
import { CampaignOwners } from './campaign-owners.service.ts';
import { Draft } from './draft.entity.ts';
import { type FoundAccounts } from './drafts.service.ts';
import { deadlineOf, type DareFields, type InstitutionFields, type StoryFields } from './launch-fields.ts';

/** A launch form filled in well. */
export interface Launch {
  institution: InstitutionFields;
  found: FoundAccounts;
  dare: DareFields;
  story: StoryFields;
}

export type LaunchFailure =
  | { type: 'used-up' }
  | { type: 'account-missing'; account: 'fediverse' | 'x' }
  | { type: 'belongs-to-another'; institutionName: string }
  | { type: 'not-amendable' };

/** Undoes the transaction; turned back into the failure that it carries. */
class Refused extends Error {
  constructor(readonly failure: LaunchFailure) {
    super(failure.type);
  }
}

/** Submitting campaigns for review, and amending them while no one has approved them. */
@Injectable()
export class Launching {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly institutions: Institutions,
    private readonly owners: CampaignOwners,
    private readonly mail: CampaignMail,
  ) {}

  /** Makes a campaign of a draft, which is used up; returns the token of the campaigner's private link. */
  async submit(draft: Draft, launch: Launch): Promise<Result<{ token: string }, LaunchFailure>> {
    return this.refusable(async (manager) => {
      const campaign = manager.create(Campaign, {
        id: newId(),
        slug: await this.freeSlug(manager, launch.story.title),
        submittedAt: this.clock.now(),
        ...(await this.content(manager, launch)),
      });
      await manager.insert(Campaign, campaign);
      await useUp(manager, draft);
      const { email, language } = launch.story;
      const token = await this.owners.add(manager, campaign, email, language);
      await this.mail.tellState(manager, campaign.id, 'submitted', null);
      return { token };
    });
  }

  /** Replaces a campaign's content by a draft's and hands it in for review again. */
  async amend(draft: Draft, launch: Launch): Promise<Result<null, LaunchFailure>> {
    return this.refusable(async (manager) => {
      const campaign = await manager.findOne(Campaign, {
        where: { id: draft.campaign?.id ?? '' },
        lock: { mode: 'pessimistic_write' },
      });
      if (campaign === null || !AMENDABLE_STATES.includes(campaign.state)) throw new Refused({ type: 'not-amendable' });
      await manager.update(Campaign, { id: campaign.id }, await this.content(manager, launch));
      await useUp(manager, draft);
      return null;
    });
  }

  private async refusable<T>(work: (manager: EntityManager) => Promise<T>): Promise<Result<T, LaunchFailure>> {
    try {
      return ok(await this.database.transaction(work));
    } catch (error) {
      if (error instanceof Refused) return fail(error.failure);
      throw error;
    }
  }

  private async content(manager: EntityManager, { institution, found, dare, story }: Launch): Promise<Partial<Campaign>> {
    if (found.fediverse === null && dare.dareKind !== 'open') {
      throw new Refused({ type: 'account-missing', account: 'fediverse' });
    }
    if (found.x === null && dare.dareKind === 'overtake') throw new Refused({ type: 'account-missing', account: 'x' });
    const { email: _, ...words } = story;
    const body = await this.institutions.ensureInstitution(manager, institution);
    return {
      ...words,
      institution: body,
      fediverseAccount: await this.account(manager, body, found.fediverse),
      xAccount: await this.account(manager, body, found.x),
      dareKind: dare.dareKind,
      target: dare.dareKind === 'reach' ? dare.target : null,
      timeZone: dare.timeZone,
      deadline: deadlineOf(dare),
      state: 'submitted',
      changedAt: this.clock.now(),
    };
  }

  private async account(manager: EntityManager, institution: Institution, found: FoundAccount | null): Promise<Account | null> {
    if (found === null) return null;
    const account = await this.institutions.ensureAccount(manager, institution, found, this.clock.now());
    if (!account.ok) throw new Refused(account.error);
    return account.value;
  }

  private async freeSlug(manager: EntityManager, title: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const slug = slugOf(title, attempt);
      if (!(await manager.existsBy(Campaign, { slug }))) return slug;
    }
  }
}

/** A draft becomes a campaign once, however often its button was pressed. */
async function useUp(manager: EntityManager, draft: Draft): Promise<void> {
  const { affected } = await manager.delete(Draft, { id: draft.id });
  if (affected !== 1) throw new Refused({ type: 'used-up' });
}
