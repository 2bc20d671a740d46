import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import type { Config } from '../platform/config.ts';
import { mailOf } from '../platform/letter.ts';
import { Mailer } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { translator, type Language } from '../platform/text.ts';
import { CampaignOwners } from './campaign-owners.service.ts';

/** The queue of mails to send. */
export const MAIL_QUEUE = 'mail';

/** What became of a campaign: its state, or that it runs again. */
type News = CampaignState | 'reopened';

/** News that a campaigner is told of by mail; the others they brought about themselves. */
const TOLD: readonly News[] = ['submitted', 'approved', 'changes_requested', 'rejected', 'live', 'won', 'agreed', 'reopened', 'ended', 'closed'];

/** Writes to the people who hold a campaign's private links. */
@Injectable()
export class CampaignMail {
  constructor(
    private readonly database: DataSource,
    private readonly owners: CampaignOwners,
    private readonly queue: Queue,
    private readonly mailer: Mailer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Tells every owner of a campaign what became of it, once the transaction of `manager` commits. */
  async tellState(manager: EntityManager, campaignId: string, state: News, note: string | null): Promise<void> {
    if (TOLD.includes(state)) await this.tell(manager, campaignId, state, note);
  }

  /** Tells every owner what happened, with the note of whoever decided it, once the transaction of `manager` commits. */
  async tell(manager: EntityManager, campaignId: string, what: News | 'account_taken_back', note: string | null): Promise<void> {
    if (!this.mailer.enabled) return;
    for (const { owner, email, token } of await this.owners.withEmail(manager, { campaignId })) {
      const { t } = translator(owner.language);
      const values = { title: owner.campaign.title };
      const paragraphs = [t(`mail.${what}`, values), ...(note === null ? [] : [note])];
      await this.send(manager, email, owner.language, t(`mail.subject_${what}`, values), paragraphs, token);
    }
  }

  /** Sends the private links of an address's campaigns to it; whether there are any is told to nobody else. */
  async sendLinks(email: string): Promise<void> {
    if (!this.mailer.enabled) return;
    await this.database.transaction(async (manager) => {
      for (const { owner, token } of await this.owners.withEmail(manager, { email })) {
        const { t } = translator(owner.language);
        const values = { title: owner.campaign.title };
        await this.send(manager, email, owner.language, t('mail.subject_link', values), [t('mail.link', values)], token);
      }
    });
  }

  private async send(
    manager: EntityManager,
    to: string,
    language: Language,
    subject: string,
    paragraphs: string[],
    token: string,
  ): Promise<void> {
    const { t } = translator(language);
    const link = `${this.config.publicUrl}/account/${token}`;
    const mail = mailOf({ to, subject, paragraphs, link, closing: [t('mail.private_link'), t('mail.way_out')] });
    await this.queue.send(MAIL_QUEUE, mail, { within: manager });
  }
}
