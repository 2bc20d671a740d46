import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import type { CampaignState } from '../../src/domain/campaign-lifecycle.ts';
import { SignIn } from '../../src/identity/sign-in.service.ts';
import type { StaffRole } from '../../src/identity/staff.entity.ts';
import { Staffing, type StaffMember } from '../../src/identity/staffing.service.ts';
import { Account } from '../../src/institutions/account.entity.ts';
import { Institution } from '../../src/institutions/institution.entity.ts';
import { Report, type ReportKind } from '../../src/moderation/report.entity.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { Reading } from '../../src/readings/reading.entity.ts';
import { ReadingFlag } from '../../src/readings/reading-flag.entity.ts';
import { valueOf } from './value-of.ts';

export const PASSWORD = 'correct cheval pile agrafe';

/** What moderators meet: people of the staff, campaigns, reports and readings that wait. */
export class ModerationWorld {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Someone who may sign in with {@link PASSWORD}. */
  async staff(name: string, role: StaffRole = 'moderator'): Promise<StaffMember> {
    const { token } = valueOf(await new Staffing(this.dataSource, this.clock).add(name, role));
    return valueOf(await new SignIn(this.dataSource, this.clock).choosePassword(token, PASSWORD));
  }

  /** A campaign for an institution of its own, unless one is given. */
  async campaign(fields: Partial<Campaign> & { state?: CampaignState } = {}): Promise<Campaign> {
    const id = newId();
    const institution = fields.institution ?? (await this.institution());
    const now = this.clock.now();
    const campaign = this.dataSource.getRepository(Campaign).create({
      id,
      slug: `campaign-${id}`,
      institution,
      fediverseAccount: await this.account(institution, 'mastodon', `user${id.slice(-6)}@social.example`),
      xAccount: await this.account(institution, 'x', `x${id.slice(-6)}`),
      dareKind: 'overtake',
      target: null,
      state: 'submitted',
      hiddenAt: null,
      title: 'Plus d’abonnés sur Mastodon que sur X',
      story: 'Chiche !',
      quote: null,
      quoteSource: null,
      hashtag: null,
      language: 'fr',
      timeZone: 'Europe/Paris',
      deadline: null,
      reviewNote: null,
      institutionReply: null,
      submittedAt: now,
      launchedAt: null,
      endedAt: null,
      changedAt: now,
      ...fields,
    });
    await this.dataSource.getRepository(Campaign).insert(campaign);
    return campaign;
  }

  async institution(fields: Partial<Institution> = {}): Promise<Institution> {
    const id = newId();
    const institution = this.dataSource.getRepository(Institution).create({
      id,
      name: `Agence ${id.slice(-12)}`,
      country: 'FR',
      kind: 'agency',
      website: 'https://www.agence.example/',
      wikidataId: null,
      createdAt: this.clock.now(),
      ...fields,
    });
    await this.dataSource.getRepository(Institution).insert(institution);
    return institution;
  }

  async account(institution: Institution, network: string, handle: string, fields: Partial<Account> = {}): Promise<Account> {
    const account = this.dataSource.getRepository(Account).create({
      id: newId(),
      institution,
      network,
      handle,
      handleKey: handle.toLowerCase(),
      url: `https://${handle.split('@').at(-1) ?? ''}.example/`,
      actorUri: null,
      remoteId: null,
      home: network === 'x' ? 'api.x.com' : (handle.split('@').at(-1) ?? ''),
      newHandle: null,
      displayName: handle,
      picture: null,
      linksBack: false,
      state: 'ok',
      nextReadingAt: null,
      triedAt: null,
      retryAt: null,
      failures: 0,
      lastFailure: null,
      createdAt: this.clock.now(),
      ...fields,
    });
    await this.dataSource.getRepository(Account).insert(account);
    return account;
  }

  async report(campaign: Campaign, kind: ReportKind = 'wrong-number', text = 'Ce nombre est faux.'): Promise<Report> {
    const report = this.dataSource.getRepository(Report).create({
      id: newId(),
      campaign,
      kind,
      text,
      contact: 'presse@agence.example',
      state: 'open',
      createdAt: this.clock.now(),
    });
    await this.dataSource.getRepository(Report).insert(report);
    return report;
  }

  async reading(account: Account, count: number, fields: Partial<Reading> = {}): Promise<Reading> {
    const reading = this.dataSource.getRepository(Reading).create({
      id: newId(),
      account,
      count,
      at: this.clock.now(),
      source: 'manual',
      evidenceUrl: null,
      reader: 'someone',
      status: 'pending',
      replacesId: null,
      createdAt: this.clock.now(),
      ...fields,
    });
    await this.dataSource.getRepository(Reading).insert(reading);
    return reading;
  }

  /** An unusual rise that waits for a moderator. */
  async flag(account: Account, fields: Partial<ReadingFlag> = {}): Promise<ReadingFlag> {
    const now = this.clock.now();
    const flag = this.dataSource.getRepository(ReadingFlag).create({
      id: newId(),
      account,
      kind: 'spike',
      fromAt: new Date(now.getTime() - 600_000),
      fromCount: 3_000,
      at: now,
      count: 3_400,
      most: 105,
      followers: null,
      state: 'open',
      note: null,
      createdAt: now,
      decidedAt: null,
      ...fields,
    });
    await this.dataSource.getRepository(ReadingFlag).insert(flag);
    return flag;
  }
}
