import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { CampaignProgress } from '../../src/campaigns/campaign-progress.service.ts';
import type { StaffMember } from '../../src/identity/staffing.service.ts';
import { AccountFinder } from '../../src/institutions/account-finder.service.ts';
import { AccountDecisions, type AccountDecision } from '../../src/moderation/account-decisions.service.ts';
import { Mailer } from '../../src/platform/mailer.ts';
import { OpeningMail } from '../../src/pledges/opening-mail.service.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { TellRequests } from '../../src/pledges/tell-requests.service.ts';
import { OPENING_MAIL_QUEUE } from '../../src/pledges/waves.service.ts';
import { ReadingRounds } from '../../src/readings/reading-rounds.service.ts';
import { valueOf } from './value-of.ts';
import type { TestSite } from './site.ts';

/** A dare to open an account, those who wait for it, and the moderator who records it. */
export class OpeningWorld {
  constructor(
    private readonly site: TestSite,
    private readonly staff: StaffMember,
  ) {}

  async campaign(id: string): Promise<Campaign> {
    return this.site.database.dataSource.getRepository(Campaign).findOneOrFail({ where: { id }, relations: { institution: true, fediverseAccount: true } });
  }

  /** Somebody who promised; the token of their private page. */
  async supporter(campaign: Campaign, handle: string): Promise<string> {
    return valueOf(await this.site.get(Pledges).pledge({ slug: campaign.slug, handle, consent: true, showHandle: false })).token;
  }

  /** Supporters who asked for a mail and confirmed it, one second after the other; tokens in that order. */
  async mailers(campaign: Campaign, n: number): Promise<string[]> {
    const tokens: string[] = [];
    for (let index = 0; index < n; index += 1) {
      const token = await this.supporter(campaign, `p${index}@server${index % 7}.example`);
      valueOf(await this.site.get(TellRequests).keepAddress({ address: addressOf(index), token, campaignId: campaign.id }, 'en'));
      this.site.clock.advance(1_000);
      tokens.push(token);
    }
    return tokens;
  }

  /** A moderator decides on what is there now. */
  async decide(campaign: Campaign, decision: AccountDecision) {
    const { changedAt } = await this.campaign(campaign.id);
    return this.site.get(AccountDecisions).decide(this.staff, campaign.id, changedAt, decision);
  }

  /** A moderator records the account that has this handle. */
  async record(campaign: Campaign, handle: string): Promise<void> {
    const found = valueOf(await this.site.get(AccountFinder).find('fediverse', handle, null));
    valueOf(await this.decide(campaign, { action: 'record_account', found, reason: null }));
  }

  /** The worker's round that reads the account, and what follows. */
  async read(campaign: Campaign): Promise<void> {
    const { fediverseAccount } = await this.campaign(campaign.id);
    valueOf(await this.site.get(ReadingRounds).take(fediverseAccount?.id ?? ''));
    await this.site.get(CampaignProgress).follow([fediverseAccount?.id ?? '']);
  }

  /** Sends what the queue holds, as a worker does. */
  async post(): Promise<void> {
    const { dataSource } = this.site.database;
    const jobs = await dataSource.query<{ id: string; request: string }[]>(
      `SELECT id, data->>'id' AS request FROM pgboss.job WHERE name = $1 ORDER BY created_on, id`,
      [OPENING_MAIL_QUEUE],
    );
    for (const { id, request } of jobs) {
      await this.site.get(OpeningMail).deliver(request, this.site.get(Mailer));
      await dataSource.query('DELETE FROM pgboss.job WHERE id = $1', [id]);
    }
  }
}

/** Of the supporter of this number. */
export function addressOf(index: number): string {
  return `ada${index}@mailbox.example`;
}

/** To whom a mail was sent. */
export function recipientOf(mail: string): string {
  return /^To: (.+?)\r?$/m.exec(mail)?.[1] ?? '';
}
