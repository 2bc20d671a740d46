import { CampaignProgress, MILESTONES_QUEUE } from '../../campaigns/campaign-progress.service.ts';
import { CampaignsModule } from '../../campaigns/campaigns.module.ts';
import { DAY, HOUR, MINUTE } from '../../domain/durations.ts';
import type { ProofMethod } from '../../domain/proven-identity.ts';
import { IdentityModule } from '../../identity/identity.module.ts';
import { Staffing, type StaffMember } from '../../identity/staffing.service.ts';
import { InstitutionsModule } from '../../institutions/institutions.module.ts';
import { ModerationModule } from '../../moderation/moderation.module.ts';
import { Reports } from '../../moderation/reports.service.ts';
import type { SettableClock } from '../../platform/clock.ts';
import { PledgeCounting } from '../../pledges/pledge-counting.service.ts';
import { PledgesModule } from '../../pledges/pledges.module.ts';
import { OwnPosts } from '../../posts/own-posts.service.ts';
import { PostsModule } from '../../posts/posts.module.ts';
import { NEW_FOLLOWERS_QUEUE } from '../../readings/new-followers.service.ts';
import { ReadingsModule } from '../../readings/readings.module.ts';
import type { Services } from '../context.ts';
import { DEMO_CAMPAIGNS, DEMO_WORDS, type DemoCampaignName } from './demo-content.ts';
import { COUNTS } from './demo-institutions.ts';
import { must, Seeding, type Seeded } from './seeding.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What the seeding needs of the features. */
export const DEMO_FEATURES = [IdentityModule, InstitutionsModule, ReadingsModule, CampaignsModule, PledgesModule, PostsModule, ModerationModule];

/** The only member of the staff. */
export const DEMO_STAFF = 'demo';

/** Where one finds things in the seeded world. */
export type SeededWorld = Readonly<Record<DemoCampaignName, Seeded>>;

/** What the world is made of: it knows every account that the demo names, and the handles of its `people`. */
export interface SeedParts {
  services: Services;
  /** The clock of those services, which goes through the past. */
  clock: SettableClock;
  world: SimulatedWorld;
  people: readonly string[];
  /** When the demo starts. */
  start: Date;
}

/** Pledges come one after the other in the last days before the start: unproven ones live for a week. */
const PLEDGING = 6.5 * DAY;

/** How people prove what they hold, where it is not by Mastodon's way of signing in. */
const PROOFS: Readonly<Record<string, ProofMethod>> = { misskey: 'misskey', firefish: 'misskey', peertube: 'profile', wordpress: 'profile' };

/** Makes the demo's world, as if it had lived for a while before its start; `told` counts the steps, of how many. */
export async function seedDemo(
  parts: SeedParts,
  told: (done: number, total: number) => void = () => undefined,
): Promise<SeededWorld> {
  const { services, clock, world, start } = parts;
  clock.set(new Date(start.getTime() - 60 * DAY));
  // A rise in the seed, and what happens in it, are looked at by the worker that comes after it.
  await services.platform.queue.start([NEW_FOLLOWERS_QUEUE, MILESTONES_QUEUE]);
  const { staff } = must(await services.get(Staffing).add(DEMO_STAFF, 'admin'));
  const seed = new DemoSeed(parts, staff);
  const steps = seed.steps();
  for (const [index, step] of steps.entries()) {
    told(index, steps.length);
    await step();
  }
  clock.set(start);
  await services.get(PledgeCounting).count();
  settleCounts(world);
  told(steps.length, steps.length);
  return seed.seeded as SeededWorld;
}

class DemoSeed {
  readonly seeded: Partial<Record<DemoCampaignName, Seeded>> = {};
  private readonly seeding: Seeding;

  constructor(
    private readonly parts: SeedParts,
    private readonly staff: StaffMember,
  ) {
    this.seeding = new Seeding(parts.services, parts.clock);
  }

  steps(): (() => Promise<void>)[] {
    return [
      () => this.lelibreedu(),
      () => this.eauxVives(),
      () => this.launch('portAlder', 12, 20, 'port-alder.csv'),
      () => this.launch('rochebrune', 8, 30, 'rochebrune.csv'),
      () => this.launch('tidesMuseum', 9, 45, 'tides-museum.csv'),
      () => this.launch('valbrume', 5.5, null, 'valbrume.csv'),
      () => this.pledge('portAlder', [0, 70], 26),
      () => this.pledge('rochebrune', [95, 140], 14),
      () => this.waitForOthers('rochebrune', [0, 12], 46),
      () => this.waitForOthers('rochebrune', [12, 21], 58),
      () => this.waitForOthers('rochebrune', [21, 30], 100),
      () => this.pledge('tidesMuseum', [40, 95], 19),
      () => this.pledge('valbrume', [60, 135], 0),
      () => this.submitOthers(),
      () => this.object(),
      () => this.writePosts(),
      () => this.writeLetter(),
      () => this.seeding.confirmRise(this.before(HOUR), this.staff, this.of('tidesMuseum').campaign, DEMO_WORDS.rise),
    ];
  }

  /** From the dare on 30 August 2023 to the victory of 4 September, with the numbers of those days and nobody's pledge. */
  private async lelibreedu(): Promise<void> {
    const seeded = await this.submit('lelibreedu', new Date('2023-08-30T11:00:00+02:00'));
    await this.seeding.approve(new Date('2023-08-30T15:00:00+02:00'), this.staff, seeded);
    await this.seeding.publish(new Date('2023-08-30T18:00:00+02:00'), seeded);
    await this.seeding.importReadings(new Date('2023-09-04T08:30:00+02:00'), 'lelibreedu.csv');
  }

  /** A dare whose deadline passed before it was won. */
  private async eauxVives(): Promise<void> {
    await this.launch('eauxVives', 40, -12, 'eaux-vives.csv');
    await this.parts.services.get(CampaignProgress).endDue();
  }

  /** A campaign that went live `days` before the start, and whose deadline comes `daysLeft` after it. */
  private async launch(name: DemoCampaignName, days: number, daysLeft: number | null, readings: string): Promise<void> {
    const deadline = daysLeft === null ? {} : { deadline: this.before(-daysLeft * DAY).toISOString().slice(0, 10) };
    const seeded = await this.submit(name, this.before(days * DAY + 20 * HOUR), deadline);
    await this.seeding.approve(this.before(days * DAY + 3 * HOUR), this.staff, seeded);
    await this.seeding.publish(this.before(days * DAY), seeded);
    // An hour before as well, so that the state of the hour under way has numbers.
    for (const at of [this.before(HOUR), this.parts.start]) await this.seeding.importReadings(at, readings, this.parts.start);
  }

  /** These people pledge, most of them at the beginning; the first `following` have followed and been seen, or wait for the account. */
  private async pledge(name: DemoCampaignName, range: [number, number], following: number): Promise<void> {
    const { world } = this.parts;
    const seeded = this.of(name);
    const people = this.parts.people.slice(...range);
    for (const [index, handle] of people.entries()) {
      const ago = Math.max(MINUTE, PLEDGING * (1 - (index / people.length) ** 1.6));
      const token = await this.seeding.pledge(this.before(ago), seeded, handle);
      if (index % 3 > 0) await this.prove(this.before(ago - MINUTE / 2), token, handle);
      const account = seeded.campaign.fediverseAccount;
      if (account === null) await this.seeding.askToBeTold(token, seeded);
      if (index >= following || account === null) continue;
      world.follow(handle, account.handle);
      await this.seeding.check(this.before(ago - MINUTE), token);
    }
  }

  /** In the way that the person's server offers. */
  private async prove(at: Date, token: string, handle: string): Promise<void> {
    const account = this.parts.world.findAccount(handle);
    if (account === null) throw new Error('A person of the demo has no account.');
    await this.seeding.prove(at, token, account, PROOFS[account.server.software] ?? 'mastodon');
  }

  /** These people promise for when so many others do: with 46, which is one more than there are, the first two groups join. */
  private async waitForOthers(name: DemoCampaignName, range: [number, number], whenOthers: number): Promise<void> {
    for (const [index, handle] of this.parts.people.slice(...range).entries()) {
      await this.seeding.pledge(this.before(4 * DAY - index * HOUR), this.of(name), handle, whenOthers);
    }
  }

  /** What waits for a moderator, or for its campaigner. */
  private async submitOthers(): Promise<void> {
    const toCorrect = await this.submit('harbourTransit', this.before(2 * DAY));
    await this.seeding.askChanges(this.before(1.2 * DAY), this.staff, toCorrect, DEMO_WORDS.changesAsked);
    await this.submit('troisVallees', this.before(20 * HOUR));
    await this.submit('portAlderAgain', this.before(2 * HOUR));
  }

  /** An institution's reply, two people's readings of X that do not agree, and a report on one of them. */
  private async object(): Promise<void> {
    const { services, clock } = this.parts;
    const [city, museum] = [this.of('portAlder').campaign, this.of('tidesMuseum').campaign];
    clock.set(this.before(5 * HOUR));
    const reply = { kind: 'reply', text: DEMO_WORDS.reply, contact: 'press@port-alder.example' } as const;
    must(await services.get(Reports).report(city.slug, reply, '192.0.2.1'));
    clock.set(this.before(3 * HOUR));
    const { x } = COUNTS.tidesMuseum;
    await this.seeding.readX(this.before(3.2 * HOUR), museum, x + 100, '192.0.2.3');
    await this.seeding.readX(this.before(3 * HOUR), museum, x, '192.0.2.4');
    const wrong = { kind: 'wrong-number', text: DEMO_WORDS.wrongNumber, contact: null } as const;
    must(await services.get(Reports).report(museum.slug, wrong, '192.0.2.2'));
  }

  /** Posts in the campaigners' own words. */
  private async writePosts(): Promise<void> {
    const { ownPosts } = DEMO_WORDS;
    for (const name of ['portAlder', 'rochebrune'] as const) {
      must(await this.parts.services.get(OwnPosts).add(this.of(name).campaign.id, ownPosts[name]));
    }
  }

  /** A letter that left a week ago, and a receipt that waits for a moderator. */
  private async writeLetter(): Promise<void> {
    const city = this.of('rochebrune');
    await this.seeding.noteLetter(this.before(7 * DAY), city, { step: 'sent', way: 'post', summary: null });
    await this.seeding.noteLetter(this.before(4 * HOUR), city, { step: 'acknowledged', way: null, summary: DEMO_WORDS.receipt });
  }

  private async submit(name: DemoCampaignName, at: Date, more: Record<string, string> = {}): Promise<Seeded> {
    return (this.seeded[name] = await this.seeding.submit(at, DEMO_CAMPAIGNS[name], more));
  }

  private of(name: DemoCampaignName): Seeded {
    const seeded = this.seeded[name];
    if (seeded === undefined) throw new Error(`${name} was not made yet.`);
    return seeded;
  }

  private before(milliseconds: number): Date {
    return new Date(this.parts.start.getTime() - milliseconds);
  }
}

/** Followers with a name are among the counts, not on top of them. */
function settleCounts(world: SimulatedWorld): void {
  for (const [name, { fediverse }] of Object.entries(COUNTS)) {
    const { fediverse: handle } = DEMO_CAMPAIGNS[name as DemoCampaignName];
    if (handle !== null) world.setFollowers(handle, fediverse);
  }
}
