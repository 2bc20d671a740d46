import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { toldKind, type LetterMilestone } from '../domain/correspondence.ts';
import type { Milestone as Happening } from '../domain/milestones.ts';
import { occasionOf } from '../domain/publishing-rules.ts';
import type { Campaign } from './campaign.entity.ts';
import { CampaignsQuery } from './campaigns.query.ts';
import { momentOf } from './correspondence.service.ts';
import { LetterEvents, type StandingEvent } from './letter-events.query.ts';
import { dayIn } from './local-day.ts';
import { Milestone } from './milestone.entity.ts';

/** A milestone of the numbers, or of the letter. */
export type TimelineEntry = (Happening | LetterMilestone) & {
  /** Since when the site tells it. */
  readonly since: Date;
};

/** Something that bots and webhooks tell once, by a name of its own. */
export type ToldOccasion = TimelineEntry & {
  /** As domain/publishing-rules.ts names it. */
  readonly occasion: string;
};

/** What happened in campaigns, whether their numbers tell it or their letter. */
@Injectable()
export class Timelines {
  constructor(
    private readonly database: DataSource,
    private readonly campaigns: CampaignsQuery,
    private readonly letters: LetterEvents,
  ) {}

  /** The milestones of a campaign's numbers and all that anyone may see of its letter, both in order of time. */
  async whole({ id }: Campaign): Promise<{ milestones: Happening[]; letters: StandingEvent[] }> {
    const [milestones, letters] = await Promise.all([this.campaigns.milestones(id), this.letters.publicOf([id])]);
    return { milestones, letters: letters.get(id) ?? [] };
  }

  /** What programs are told of campaigns, in order of time, by campaign id. */
  async of(campaigns: readonly Campaign[]): Promise<Map<string, TimelineEntry[]>> {
    const ids = campaigns.map(({ id }) => id);
    const [milestones, letters] = await Promise.all([this.campaigns.milestonesOf(ids), this.letters.publicOf(ids)]);
    const whole = ({ id, timeZone }: Campaign): TimelineEntry[] => [
      ...(milestones.get(id) ?? []).map(knownAtOnce),
      ...(letters.get(id) ?? []).flatMap((event) => entryOf(event, timeZone)),
    ];
    return new Map(campaigns.map((campaign) => [campaign.id, whole(campaign).toSorted(byTime)]));
  }

  /** What programs are told of a campaign, each with the name by which it is told once, however it is corrected. */
  async occasions({ id, timeZone }: Campaign, manager: EntityManager = this.database.manager): Promise<ToldOccasion[]> {
    const dayOf = dayIn(timeZone);
    const milestones = await manager.findBy(Milestone, { campaign: { id } });
    const letters = (await this.letters.of(id, manager)).flatMap((event) =>
      entryOf(event, timeZone).map((entry) => {
        const first = momentOf({ day: event.firstDay, createdAt: event.createdAt }, timeZone);
        return { ...entry, occasion: occasionOf({ kind: entry.kind, at: first }, dayOf) };
      }),
    );
    const numbers = milestones.map(knownAtOnce).map((entry) => ({ ...entry, occasion: occasionOf(entry, dayOf) }));
    return [...numbers, ...letters];
  }

  /** The newest of what programs are told of all public campaigns, newest first. */
  async latest(limit: number): Promise<(TimelineEntry & { campaign: Campaign })[]> {
    const [milestones, letters] = await Promise.all([this.campaigns.latestMilestones(limit), this.letters.latestPublic(limit)]);
    const told = letters.flatMap((event) => entryOf(event, event.campaign.timeZone).map((entry) => ({ ...entry, campaign: event.campaign })));
    const numbers = milestones.map((milestone) => ({ ...knownAtOnce(milestone), campaign: milestone.campaign }));
    return [...numbers, ...told].toSorted(byTime).toReversed().slice(0, limit);
  }
}

/** Readings show a milestone when it happens. */
function knownAtOnce({ kind, at, value }: Happening): Happening & { since: Date } {
  return { kind, at, value, since: at };
}

/** None for what the public is not told. */
function entryOf(event: StandingEvent, timeZone: string): (LetterMilestone & { since: Date })[] {
  const [kind, since] = [toldKind(event), event.knownSince];
  return kind === null || since === null ? [] : [{ kind, at: momentOf(event, timeZone), value: null, since }];
}

function byTime(a: { at: Date }, b: { at: Date }): number {
  return a.at.getTime() - b.at.getTime();
}
