import type { Type } from '@nestjs/common';
import { CampaignRegister } from '../../campaigns/campaign-register.query.ts';
import type { Campaign } from '../../campaigns/campaign.entity.ts';
import { Pledges } from '../../pledges/pledges.service.ts';
import { SupporterPage } from '../../pledges/supporter-page.service.ts';
import type { SimulatedWorld } from './simulated-world.ts';

const SECOND = 1_000;
/** Port Alder lacks 39 followers at the start, so that it wins after a minute and a half. */
const PACE = { hurrying: 2 * SECOND, strolling: 20 * SECOND, ambling: 12 * SECOND, reading: 4 * SECOND };
/** Of the people who arrive, every third one has pledged before. */
const PLEDGING = 3;

/** What lives on while one watches. */
export interface DemoLifeParts {
  services: { get<T>(service: Type<T>): T };
  world: SimulatedWorld;
  /** Slugs of the campaign that is about to be won and of those that take their time. */
  racing: string;
  slow: readonly string[];
  /** Handles of people who follow one after the other, once each. */
  newcomers: readonly string[];
  /** Has the account read, now or soon. */
  read(accountId: string): Promise<void>;
}

/** Simulated people who follow, pledge and are counted, as the clock goes on. */
export class DemoLife {
  private readonly newcomers: string[];
  private readonly due: { arrival: number; ambling: number; reading: number };
  private arrived = 0;
  private raceWas: Campaign['state'] | null = null;

  constructor(
    private readonly parts: DemoLifeParts,
    start: Date,
  ) {
    this.newcomers = [...parts.newcomers];
    const now = start.getTime();
    this.due = { arrival: now + PACE.hurrying, ambling: now + PACE.ambling, reading: now + PACE.reading };
  }

  /** Lets happen what is due by `now`; tells whether the race was won since the last step. */
  async step(now: Date): Promise<boolean> {
    const racing = await this.campaign(this.parts.racing);
    const slow = await Promise.all(this.parts.slow.map((slug) => this.campaign(slug)));
    for (; this.due.arrival <= now.getTime(); this.due.arrival += this.pace(racing)) await this.arrive(racing);
    for (; this.due.ambling <= now.getTime(); this.due.ambling += PACE.ambling) slow.forEach((each) => this.addSomeone(each));
    if (this.due.reading <= now.getTime()) {
      for (const campaign of [racing, ...slow]) await this.read(campaign);
      this.due.reading = now.getTime() + PACE.reading;
    }
    const hasWon = this.raceWas === 'live' && racing.state === 'won';
    this.raceWas = racing.state;
    return hasWon;
  }

  private pace({ state }: Campaign): number {
    return state === 'live' ? PACE.hurrying : PACE.strolling;
  }

  private async arrive(campaign: Campaign): Promise<void> {
    this.arrived += 1;
    const person = this.newcomers.shift();
    const account = campaign.fediverseAccount?.handle;
    if (person === undefined || account === undefined) return this.addSomeone(campaign);
    const token = this.arrived % PLEDGING === 0 ? await this.pledge(campaign, person) : null;
    this.parts.world.follow(person, account);
    if (token !== null) await this.parts.services.get(SupporterPage).check(token);
  }

  /** Null once the dare is over. */
  private async pledge({ slug }: Campaign, handle: string): Promise<string | null> {
    const request = { slug, handle, consent: true, showHandle: false };
    const pledged = await this.parts.services.get(Pledges).pledge(request);
    return pledged.ok ? pledged.value.token : null;
  }

  private addSomeone({ fediverseAccount }: Campaign): void {
    if (fediverseAccount === null) return;
    const { world } = this.parts;
    world.setFollowers(fediverseAccount.handle, world.followersOf(fediverseAccount.handle) + 1);
  }

  /** What is over keeps its numbers, and its accounts are read at leisure. */
  private async read({ state, fediverseAccount }: Campaign): Promise<void> {
    if (state === 'live' && fediverseAccount !== null) await this.parts.read(fediverseAccount.id);
  }

  private async campaign(slug: string): Promise<Campaign> {
    const campaign = await this.parts.services.get(CampaignRegister).bySlug(slug);
    if (campaign === null) throw new Error(`The demo's campaign ${slug} is gone.`);
    return campaign;
  }
}
