import type { CampaignState } from './campaign-lifecycle.ts';
import type { Dare } from './dare.ts';
import { DAY } from './durations.ts';
import { remaining, type Counts } from './gap.ts';
import type { Milestone } from './milestones.ts';

/** What a post can be about. */
export const MOMENTS = [
  'launch',
  'dare',
  'open',
  'progress',
  'halfway',
  'last-hundred',
  'deadline-near',
  'record',
  'answered',
  'won',
  'thanks',
  'over',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** What tells which moments hold. */
export type MomentFacts = Counts & {
  /** `preview` is a campaign that is not online yet. */
  readonly state: CampaignState | 'preview';
  readonly dare: Dare;
  readonly pledges: number;
  readonly milestones: readonly Milestone[];
  readonly launchedAt: Date | null;
  readonly deadline: Date | null;
  /** The institution replied, and its answer is on the page. */
  readonly answered: boolean;
  readonly now: Date;
};

const LAUNCH_DAYS = 3;
const RECORD_DAYS = 3;
/** From here on the end is in sight. */
const LAST_HUNDRED = 100;
const LAST_DAYS = 7;
/** So far from the number missing at half of the way, as a share of it, is still about half. */
const ABOUT_HALF = 0.2;

/** The moments that a campaign is in, the one that says most first; there is always one. */
export function momentsOf(facts: MomentFacts): [Moment, ...Moment[]] {
  const answered: Moment[] = facts.answered ? ['answered'] : [];
  switch (facts.state) {
    case 'won':
      return ['won', 'thanks', ...answered];
    case 'agreed':
      // Nobody presses an institution that said yes.
      return ['answered', 'thanks'];
    case 'ended':
    case 'closed':
      return ['over', 'thanks', ...answered];
    default:
      return [...newsOf(facts), ...answered, ...invitationsOf(facts)] as [Moment, ...Moment[]];
  }
}

/** Whole days and the rest of one until the deadline, at least 1; null when there is none ahead. */
export function daysLeft({ deadline, now }: Pick<MomentFacts, 'deadline' | 'now'>): number | null {
  return deadline === null || deadline <= now ? null : Math.ceil((deadline.getTime() - now.getTime()) / DAY);
}

/** Followers gained on a record day that is still news; null when there is none. */
export function recordGain({ milestones, now }: Pick<MomentFacts, 'milestones' | 'now'>): number | null {
  const record = milestones.findLast(({ kind }) => kind === 'record-day');
  return record !== undefined && isWithin(RECORD_DAYS, record.at, now) ? record.value : null;
}

/** What is true of a running campaign for some days only. */
function newsOf(facts: MomentFacts): Moment[] {
  const missing = remaining(facts.dare, facts);
  const days = daysLeft(facts);
  const news: (Moment | false)[] = [
    missing !== null && missing > 0 && missing <= LAST_HUNDRED && 'last-hundred',
    days !== null && days <= LAST_DAYS && 'deadline-near',
    isAboutHalf(missing, facts.milestones) && 'halfway',
    recordGain(facts) !== null && 'record',
  ];
  return news.filter((moment) => moment !== false);
}

/** What can be said of a running campaign on any day; a new one begins with its launch. */
function invitationsOf(facts: MomentFacts): Moment[] {
  const isNew = facts.launchedAt === null || isWithin(LAUNCH_DAYS, facts.launchedAt, facts.now);
  const missing = remaining(facts.dare, facts);
  const invitations: (Moment | false)[] = [
    isNew && 'launch',
    missing !== null && missing > 0 && 'progress',
    facts.dare.kind === 'open' ? 'open' : 'dare',
    facts.pledges > 0 && 'thanks',
  ];
  return invitations.filter((moment) => moment !== false);
}

function isAboutHalf(missing: number | null, milestones: readonly Milestone[]): boolean {
  const half = milestones.find(({ kind }) => kind === 'half')?.value ?? null;
  return missing !== null && missing > 0 && half !== null && Math.abs(missing - half) <= half * ABOUT_HALF;
}

function isWithin(days: number, at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() <= days * DAY;
}
