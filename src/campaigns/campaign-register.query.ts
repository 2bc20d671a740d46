import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import { Campaign } from './campaign.entity.ts';

const WITH_ACCOUNTS = { institution: true, fediverseAccount: true, xAccount: true } as const;

/** Every campaign there is, whoever may see it: for operators. Each comes with its institution and accounts. */
@Injectable()
export class CampaignRegister {
  constructor(private readonly database: DataSource) {}

  /** In the order in which they were submitted; null: in any state. */
  async list(state: CampaignState | null): Promise<Campaign[]> {
    return this.database.getRepository(Campaign).find({
      where: state === null ? {} : { state },
      relations: WITH_ACCOUNTS,
      order: { submittedAt: 'ASC', id: 'ASC' },
    });
  }

  async bySlug(slug: string): Promise<Campaign | null> {
    return this.database.getRepository(Campaign).findOne({ where: { slug }, relations: WITH_ACCOUNTS });
  }
}
