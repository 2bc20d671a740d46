import { CampaignProgress } from '../../campaigns/campaign-progress.service.ts';
import { CampaignsModule } from '../../campaigns/campaigns.module.ts';
import { DAY, HOUR, MINUTE } from '../../domain/durations.ts';
import { IdentityModule } from '../../identity/identity.module.ts';
import { Staffing, type StaffMember } from '../../identity/staffing.service.ts';
import { InstitutionsModule } from '../../institutions/institutions.module.ts';
import { ModerationModule } from '../../moderation/moderation.module.ts';
import { Reports } from '../../moderation/reports.service.ts';
import type { SettableClock } from '../../platform/clock.ts';
import { PledgeCounting } from '../../pledges/pledge-counting.service.ts';
import { PledgesModule } from '../../pledges/pledges.module.ts';
import { Readings } from '../../readings/readings.service.ts';
import { ReadingsModule } from '../../readings/readings.module.ts';
import type { Services } from '../context.ts';
import { DEMO_CAMPAIGNS, DEMO_WORDS, type DemoCampaignName } from './demo-content.ts';
import { COUNTS } from './demo-institutions.ts';
import { must, Seeding, type Seeded } from './seeding.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What the seeding needs of the features. */
export const DEMO_FEATURES = [IdentityModule, InstitutionsModule, ReadingsModule, CampaignsModule, PledgesModule, ModerationModule];

/** The only member of the staff. */
export const DEMO_STAFF = 'demo';

/** Where one finds things in the seeded world. */
export type SeededWorld = Readonly<Record<DemoCampaignName, Seeded>>;

/** Told of each step, of how many. */
type Told = (done: number, total: number) => void;

/** Pledges come one after the other in the last days before the start: unproven ones live for a week. */
const PLEDGING = 6.5 * DAY;

/**
 * Makes the demo's world, as if it had lived for a while before `start`. `people` are handles of the simulated world,
 * which knows every account that is named here.
 */
export async function seedDemo(
  services: Services,
  clock: SettableClock,
  world: SimulatedWorld,
  people: readonly string[],
  start: Date,
  told: Told = () => undefined,
): Promise<SeededWorld> {
  const seeding = new Seeding(services, clock);
  const before = (milliseconds: number): Date => new Date(start.getTime() - milliseconds);
  clock.set(before(60 * DAY));
  const { staff } = must(await services.get(Staffing).add(DEMO_STAFF, 'admin'));
  const seeded = {} as Record<DemoCampaignName, Seeded>;
  const steps: (() => Promise<void>)[] = [
    async () => void (seeded.lelibreedu = await seedLelibreedu(seeding, staff)),
    async () => void (seeded.eauxVives = await seedEauxVives(services, seeding, staff, start)),
    async () => {
      seeded.portAlder = await launch(seeding, staff, 'portAlder', before(12 * DAY), before(-20 * DAY));
      await seeding.importReadings(start, 'port-alder.csv', start);
    },
    async () => {
      seeded.tidesMuseum = await launch(seeding, staff, 'tidesMuseum', before(9 * DAY), before(-45 * DAY));
      await seeding.importReadings(start, 'tides-museum.csv', start);
    },
    async () => {
      seeded.valbrume = await launch(seeding, staff, 'valbrume', before(5.5 * DAY), null);
      await seeding.importReadings(start, 'valbrume.csv', start);
    },
    () => pledgeAll(seeding, world, seeded.portAlder, people.slice(0, 70), 26, start),
    () => pledgeAll(seeding, world, seeded.tidesMuseum, people.slice(40, 95), 19, start),
    () => pledgeAll(seeding, world, seeded.valbrume, people.slice(60, 135), 0, start),
    async () => {
      seeded.harbourTransit = await seeding.submit(before(2 * DAY), DEMO_CAMPAIGNS.harbourTransit);
      await seeding.askChanges(before(1.2 * DAY), staff, seeded.harbourTransit, DEMO_WORDS.changesAsked);
      seeded.troisVallees = await seeding.submit(before(20 * HOUR), DEMO_CAMPAIGNS.troisVallees);
      seeded.portAlderAgain = await seeding.submit(before(2 * HOUR), DEMO_CAMPAIGNS.portAlderAgain);
    },
    () => object(services, clock, seeded, before),
  ];
  for (const [index, step] of steps.entries()) {
    told(index, steps.length);
    await step();
  }
  clock.set(start);
  await services.get(PledgeCounting).count();
  settleCounts(world);
  told(steps.length, steps.length);
  return seeded;
}

/** From the dare on 30 August 2023 to the victory of 4 September, with the numbers of those days and nobody's pledge. */
async function seedLelibreedu(seeding: Seeding, staff: StaffMember): Promise<Seeded> {
  const seeded = await seeding.submit(new Date('2023-08-30T11:00:00+02:00'), DEMO_CAMPAIGNS.lelibreedu);
  await seeding.approve(new Date('2023-08-30T15:00:00+02:00'), staff, seeded);
  await seeding.publish(new Date('2023-08-30T18:00:00+02:00'), seeded);
  await seeding.importReadings(new Date('2023-09-04T08:30:00+02:00'), 'lelibreedu.csv');
  return seeded;
}

/** A dare whose deadline passed before it was won. */
async function seedEauxVives(services: Services, seeding: Seeding, staff: StaffMember, start: Date): Promise<Seeded> {
  const before = (days: number): Date => new Date(start.getTime() - days * DAY);
  const seeded = await launch(seeding, staff, 'eauxVives', before(40), before(12));
  await seeding.importReadings(start, 'eaux-vives.csv', start);
  await services.get(CampaignProgress).endDue();
  return seeded;
}

/** Submits, approves and publishes within a day, and ends with the campaign live since `launchedAt`. */
async function launch(
  seeding: Seeding,
  staff: StaffMember,
  name: DemoCampaignName,
  launchedAt: Date,
  deadline: Date | null,
): Promise<Seeded> {
  const before = (hours: number): Date => new Date(launchedAt.getTime() - hours * HOUR);
  const until = deadline === null ? {} : { deadline: deadline.toISOString().slice(0, 10) };
  const seeded = await seeding.submit(before(20), DEMO_CAMPAIGNS[name], until);
  await seeding.approve(before(3), staff, seeded);
  await seeding.publish(launchedAt, seeded);
  return seeded;
}

/** These people pledge, and the first of them have followed and been seen. */
async function pledgeAll(
  seeding: Seeding,
  world: SimulatedWorld,
  seeded: Seeded,
  people: readonly string[],
  following: number,
  start: Date,
): Promise<void> {
  const launched = start.getTime() - PLEDGING;
  for (const [index, handle] of people.entries()) {
    // Most come at the beginning.
    const at = new Date(launched + PLEDGING * (index / people.length) ** 1.6);
    const token = await seeding.pledge(new Date(Math.min(at.getTime(), start.getTime() - MINUTE)), seeded, handle);
    const account = seeded.campaign.fediverseAccount;
    if (index >= following || account === null) continue;
    world.follow(handle, account.handle);
    await seeding.check(new Date(at.getTime() + MINUTE), token);
  }
}

/** A person's reading of X that waits for a second one, an institution's reply and a visitor's report. */
async function object(
  services: Services,
  clock: SettableClock,
  { portAlder, tidesMuseum }: SeededWorld,
  before: (milliseconds: number) => Date,
): Promise<void> {
  clock.set(before(5 * HOUR));
  const reply = { kind: 'reply', text: DEMO_WORDS.reply, contact: 'press@port-alder.example' } as const;
  must(await services.get(Reports).report(portAlder.campaign.slug, reply, '192.0.2.1'));
  const account = tidesMuseum.campaign.xAccount;
  if (account === null) throw new Error('The museum is on X.');
  clock.set(before(3 * HOUR));
  const { x: count } = COUNTS.tidesMuseum;
  const reading = { accountId: account.id, count, at: before(3.2 * HOUR), reader: 'visitor', evidenceUrl: null };
  must(await services.get(Readings).propose(reading));
  const wrong = { kind: 'wrong-number', text: DEMO_WORDS.wrongNumber, contact: null } as const;
  must(await services.get(Reports).report(tidesMuseum.campaign.slug, wrong, '192.0.2.2'));
}

/** Followers with a name are among the counts, not on top of them. */
function settleCounts(world: SimulatedWorld): void {
  for (const [name, { fediverse }] of Object.entries(COUNTS)) {
    const { fediverse: handle } = DEMO_CAMPAIGNS[name as DemoCampaignName];
    if (handle !== null) world.setFollowers(handle, fediverse);
  }
}
