import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { keyedHash, siteSecret, tokenHash } from '../platform/secrets.ts';
import type { Language } from '../platform/text.ts';
import type { Campaign } from './campaign.entity.ts';
import { CampaignOwner } from './campaign-owner.entity.ts';

const INVITATION_DAYS = 14;

/** The people who hold a campaign's private links. */
@Injectable()
export class CampaignOwners {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes someone an owner; returns the token of their private link. */
  async add(manager: EntityManager, campaign: Campaign, email: string | null, language: Language): Promise<string> {
    return this.insert(manager, campaign, email, language, this.clock.now());
  }

  /** Makes an invitation link's token, good for one person and two weeks. */
  async invite(campaign: Campaign, language: Language): Promise<string> {
    return this.insert(this.database.manager, campaign, null, language, null);
  }

  /** The owner whose private link has this token. */
  async byToken(token: string): Promise<CampaignOwner | null> {
    return this.findBy(token, true);
  }

  /** The campaign that an open invitation invites to. */
  async invitation(token: string): Promise<CampaignOwner | null> {
    const invitation = await this.findBy(token, false);
    if (invitation === null) return null;
    const age = this.clock.now().getTime() - invitation.createdAt.getTime();
    return age <= INVITATION_DAYS * DAY ? invitation : null;
  }

  /** Uses an invitation up; returns the token of the new owner's private link, or null when it is no longer open. */
  async accept(token: string, email: string | null): Promise<string | null> {
    const invitation = await this.invitation(token);
    if (invitation === null) return null;
    return this.database.transaction(async (manager) => {
      const used = await manager.delete(CampaignOwner, { id: invitation.id, acceptedAt: IsNull() });
      if (used.affected !== 1) return null;
      return this.add(manager, invitation.campaign, email, invitation.language);
    });
  }

  /** Erases the address of an owner, who gets no more mails; the private link still opens. */
  async forgetEmail(ownerId: string): Promise<void> {
    await this.database.getRepository(CampaignOwner).update({ id: ownerId }, { email: null });
  }

  /** How many people hold a private link. */
  async count(campaignId: string): Promise<number> {
    return this.database
      .getRepository(CampaignOwner)
      .countBy({ campaign: { id: campaignId }, acceptedAt: Not(IsNull()) });
  }

  /** The owners to write to, with the tokens of their links. */
  async withEmail(
    manager: EntityManager,
    where: { campaignId: string } | { email: string },
  ): Promise<{ owner: CampaignOwner; email: string; token: string }[]> {
    const owners = await manager.find(CampaignOwner, {
      where: {
        acceptedAt: Not(IsNull()),
        ...('campaignId' in where ? { campaign: { id: where.campaignId } } : { email: where.email.toLowerCase() }),
      },
      relations: { campaign: true },
    });
    const reachable = owners.flatMap((owner) => (owner.email === null ? [] : [{ owner, email: owner.email }]));
    return Promise.all(reachable.map(async (each) => ({ ...each, token: await this.tokenAgain(manager, each.owner) })));
  }

  private async insert(
    manager: EntityManager,
    campaign: Campaign,
    email: string | null,
    language: Language,
    acceptedAt: Date | null,
  ): Promise<string> {
    const id = newId();
    const token = await this.tokenOf(manager, id);
    await manager.insert(CampaignOwner, {
      id,
      campaign,
      tokenHash: tokenHash(token),
      email: email?.toLowerCase() ?? null,
      language,
      createdAt: this.clock.now(),
      acceptedAt,
    });
    return token;
  }

  /** The token of a link that was made before; one whose secret is gone gets a new link, which the next mail brings. */
  private async tokenAgain(manager: EntityManager, owner: CampaignOwner): Promise<string> {
    const token = await this.tokenOf(manager, owner.id);
    if (tokenHash(token) === owner.tokenHash) return token;
    const { previousSessionSecret } = this.config;
    const before = previousSessionSecret === null ? null : tokenFrom(previousSessionSecret, owner.id);
    if (before !== null && tokenHash(before) === owner.tokenHash) return before;
    await manager.update(CampaignOwner, { id: owner.id }, { tokenHash: tokenHash(token) });
    return token;
  }

  /**
   * Derived, not stored, so that later mails can carry the same link. The key is read through the transaction: the
   * embedded database has no second session that could answer meanwhile.
   */
  private async tokenOf(manager: EntityManager, ownerId: string): Promise<string> {
    const key = this.config.sessionSecret ?? (await siteSecret(manager, 'owner-links'));
    return tokenFrom(key, ownerId);
  }

  private async findBy(token: string, accepted: boolean): Promise<CampaignOwner | null> {
    return this.database.getRepository(CampaignOwner).findOne({
      where: { tokenHash: tokenHash(token), acceptedAt: accepted ? Not(IsNull()) : IsNull() },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } },
    });
  }
}

function tokenFrom(key: string, ownerId: string): string {
  return keyedHash(key, `owner ${ownerId}`);
}
