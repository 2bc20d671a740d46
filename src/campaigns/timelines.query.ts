import { Injectable } from '@nestjs/common';
import { toldKind, type LetterMilestone } from '../domain/correspondence.ts';
import type { Milestone as Happening } from '../domain/milestones.ts';
import type { Campaign } from './campaign.entity.ts';
import { CampaignsQuery } from './campaigns.query.ts';
import { momentOf } from './correspondence.service.ts';
import { LetterEvents, type StandingEvent } from './letter-events.query.ts';

/** A milestone of the numbers, or of the letter. */
export type TimelineEntry = Happening | LetterMilestone;

/** What happened in campaigns, whether their numbers tell it or their letter. */
@Injectable()
export class Timelines {
  constructor(
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
      ...(milestones.get(id) ?? []),
      ...(letters.get(id) ?? []).flatMap((event) => entryOf(event, timeZone)),
    ];
    return new Map(campaigns.map((campaign) => [campaign.id, whole(campaign).toSorted(byTime)]));
  }

  /** The newest of what programs are told of all public campaigns, newest first. */
  async latest(limit: number): Promise<(TimelineEntry & { campaign: Campaign })[]> {
    const [milestones, letters] = await Promise.all([this.campaigns.latestMilestones(limit), this.letters.latestPublic(limit)]);
    const told = letters.flatMap((event) => entryOf(event, event.campaign.timeZone).map((entry) => ({ ...entry, campaign: event.campaign })));
    return [...milestones, ...told].toSorted(byTime).toReversed().slice(0, limit);
  }
}

function entryOf(event: StandingEvent, timeZone: string): LetterMilestone[] {
  const kind = toldKind(event);
  return kind === null ? [] : [{ kind, at: momentOf(event, timeZone), value: null }];
}

function byTime(a: { at: Date }, b: { at: Date }): number {
  return a.at.getTime() - b.at.getTime();
}
