import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Campaign } from '../../campaigns/campaign.entity.ts';
import { CampaignLifecycle } from '../../campaigns/campaign-lifecycle.service.ts';
import { CampaignOwners } from '../../campaigns/campaign-owners.service.ts';
import { CampaignProgress } from '../../campaigns/campaign-progress.service.ts';
import { CampaignRegister } from '../../campaigns/campaign-register.query.ts';
import { Correspondence } from '../../campaigns/correspondence.service.ts';
import { Drafts, type FoundAccounts } from '../../campaigns/drafts.service.ts';
import { dareStep, institutionStep, storyStep } from '../../campaigns/launch-fields.ts';
import type { LetterEventFields } from '../../campaigns/letter-fields.ts';
import { dayIn } from '../../campaigns/local-day.ts';
import { Launching } from '../../campaigns/launch.service.ts';
import type { ProofMethod } from '../../domain/proven-identity.ts';
import type { Result } from '../../domain/result.ts';
import type { StaffMember } from '../../identity/staffing.service.ts';
import { AccountFinder, type AccountKind } from '../../institutions/account-finder.service.ts';
import { FlagDecisions } from '../../moderation/flag-decisions.service.ts';
import { ModerationQuery } from '../../moderation/moderation.query.ts';
import { Moderation } from '../../moderation/moderation.service.ts';
import type { SettableClock } from '../../platform/clock.ts';
import { PROJECT_ROOT } from '../../platform/project-root.ts';
import { PledgeProofs } from '../../pledges/pledge-proofs.service.ts';
import { Pledges } from '../../pledges/pledges.service.ts';
import { SupporterPage } from '../../pledges/supporter-page.service.ts';
import { TellRequests } from '../../pledges/tell-requests.service.ts';
import { EvidenceStore } from '../../readings/evidence.service.ts';
import { Proposals } from '../../readings/proposals.service.ts';
import { Readers } from '../../readings/readers.service.ts';
import type { FlagNote } from '../../readings/reading-flag.entity.ts';
import { ReadingsFile } from '../../readings/readings-file.service.ts';
import { SpikeWatch } from '../../readings/spike-watch.service.ts';
import type { Services } from '../context.ts';
import type { DemoCampaign } from './demo-content.ts';
import { screenshot } from './simulated-screenshot.ts';
import type { SimulatedAccount } from './simulated-world.ts';

const SEED_FOLDER = join(PROJECT_ROOT, 'src', 'cli', 'demo', 'seed');
/** The moment in the made-up files that stands for the demo's start. */
const FILE_NOW = Date.parse('2026-01-01T12:00:00Z');

/** A campaign with the token of its campaigner's private link. */
export interface Seeded {
  campaign: Campaign;
  token: string;
}

/** What people do in the demo before it starts, each thing at its own moment and through the features' own services. */
export class Seeding {
  constructor(
    private readonly services: Services,
    private readonly clock: SettableClock,
  ) {}

  /** Fills in the launch form, looking up the accounts as the form does, and hands it in. */
  async submit(at: Date, content: DemoCampaign, more: Record<string, string> = {}): Promise<Seeded> {
    this.clock.set(at);
    const fields: Record<string, string> = { ...content.fields, ...more };
    const drafts = this.services.get(Drafts);
    const draft = await drafts.find(await drafts.start(fields));
    if (draft === null) throw new Error('The draft is gone.');
    const institution = institutionStep.parse(fields);
    const found: FoundAccounts = {
      fediverse: await this.find('fediverse', content.fediverse, institution.website),
      x: await this.find('x', content.x, institution.website),
    };
    await drafts.save(draft, {}, found);
    const launch = { institution, found, dare: dareStep.parse(fields), story: storyStep.parse(fields) };
    const { token } = must(await this.services.get(Launching).submit(draft, launch));
    return { campaign: await this.owned(token), token };
  }

  async approve(at: Date, by: StaffMember, { token }: Seeded): Promise<void> {
    await this.decide(at, by, token, { action: 'approve', reason: null });
  }

  async askChanges(at: Date, by: StaffMember, { token }: Seeded, reason: string): Promise<void> {
    await this.decide(at, by, token, { action: 'ask_changes', reason });
  }

  /** Tells the public about the unusual rise of a campaign's account. */
  async confirmRise(at: Date, by: StaffMember, { fediverseAccount }: Campaign, note: FlagNote): Promise<void> {
    this.clock.set(at);
    const { items } = await this.services.get(ModerationQuery).queue(1);
    const flag = items.find(({ subject, title }) => subject === 'flag' && title === fediverseAccount?.handle);
    if (flag === undefined) throw new Error('Nothing unusual was flagged.');
    must(await this.services.get(FlagDecisions).decide(by, flag.id, { action: 'confirm', note, reason: null }));
  }

  async publish(at: Date, { campaign }: Seeded): Promise<void> {
    this.clock.set(at);
    must(await this.services.get(CampaignLifecycle).act(campaign.id, 'publish', 'campaigner'));
  }

  /** Imports what a file has up to a moment, as it is or moved to `start`; what follows for campaigns follows. */
  async importReadings(at: Date, file: string, start: Date | null = null): Promise<void> {
    this.clock.set(at);
    const csv = await readFile(join(SEED_FOLDER, file), 'utf8');
    const moved = start === null ? csv : shifted(csv, start.getTime() - FILE_NOW);
    const { changedAccounts } = must(await this.services.get(ReadingsFile).import(Readable.from([upTo(at, moved)])));
    await this.services.get(CampaignProgress).follow(changedAccounts);
    await this.services.get(SpikeWatch).look(changedAccounts);
  }

  /** Pledges, perhaps only when so many others do; the token of the supporter's private page. */
  async pledge(at: Date, { campaign }: Seeded, handle: string, whenOthers: number | null = null): Promise<string> {
    this.clock.set(at);
    const request = { slug: campaign.slug, handle, consent: true, showHandle: false, whenOthers };
    return must(await this.services.get(Pledges).pledge(request)).token;
  }

  /** Proves that the pledge is this account's holder's, as a visit to their own server does. */
  async prove(at: Date, token: string, { handle, actorUri }: SimulatedAccount, how: ProofMethod): Promise<void> {
    this.clock.set(at);
    must(await this.services.get(PledgeProofs).confirm(token, { handle, actorUri, how }));
  }

  /** Asks for a feed that tells when the account opens. */
  async askToBeTold(token: string, { campaign }: Seeded): Promise<void> {
    must(await this.services.get(TellRequests).askFeed(token, campaign.language));
  }

  /** Asks whether the supporter follows, as the button on their page does. */
  async check(at: Date, token: string): Promise<void> {
    this.clock.set(at);
    const follows = must(await this.services.get(SupporterPage).check(token));
    if (!follows) throw new Error('Somebody who follows was not found among the followers.');
  }

  /** Tells a number that somebody at this network address read on X, with a screenshot of it. */
  async readX(at: Date, { institution, xAccount }: Campaign, count: number, address: string): Promise<void> {
    if (xAccount === null) throw new Error('There is nothing to read on X.');
    this.clock.set(at);
    const picture = must(await this.services.get(EvidenceStore).keep(await screenshot(institution.name, xAccount.handle, count)));
    const names = await this.services.get(Readers).namesOf(address);
    const seen = { count, at, source: 'manual', evidenceUrl: null, picture } as const;
    const rivals = await this.services.get(CampaignProgress).rivalCounts(xAccount.id);
    must(await this.services.get(Proposals).propose({ ...seen, accountId: xAccount.id, reader: { kind: 'stranger', names }, rivals }));
  }

  /** Writes down, as whoever leads the campaign, what became of the letter to the institution. */
  async noteLetter(at: Date, { campaign, token }: Seeded, fields: Omit<LetterEventFields, 'day' | 'link'>): Promise<void> {
    this.clock.set(at);
    const owner = await this.services.get(CampaignOwners).byToken(token);
    const event = { ...fields, day: dayIn(campaign.timeZone)(at), link: null } as LetterEventFields;
    must(await this.services.get(Correspondence).report(campaign.id, event, owner?.id ?? '', null));
  }

  private async find(kind: AccountKind, handle: string | null, website: string | null) {
    return handle === null ? null : must(await this.services.get(AccountFinder).find(kind, handle, website));
  }

  /** As it stands now: moderators decide on what they were shown. */
  private async owned(token: string): Promise<Campaign> {
    const owner = await this.services.get(CampaignOwners).byToken(token);
    const campaign = owner && (await this.services.get(CampaignRegister).bySlug(owner.campaign.slug));
    if (!campaign) throw new Error('The campaign is gone.');
    return campaign;
  }

  private async decide(
    at: Date,
    by: StaffMember,
    token: string,
    decision: { action: 'approve' | 'ask_changes'; reason: string | null },
  ): Promise<void> {
    this.clock.set(at);
    const { id, changedAt } = await this.owned(token);
    must(await this.services.get(Moderation).decideCampaign(by, id, changedAt, decision));
  }
}

/** The value of what cannot fail in a world that was made for it. */
export function must<T, E extends { type: string }>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`The demo cannot be made: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The lines of a file of readings about what was read by then. */
function upTo(at: Date, csv: string): string {
  const [header = '', ...lines] = csv.split('\n');
  return [header, ...lines.filter((line) => Date.parse(line.split(',')[1] ?? '') <= at.getTime())].join('\n');
}

/** The same readings, all of them `milliseconds` later. */
function shifted(csv: string, milliseconds: number): string {
  return csv.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (time) => new Date(Date.parse(time) + milliseconds).toISOString());
}
