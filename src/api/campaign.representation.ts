import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Score } from '../campaigns/campaign-standing.query.ts';
import type { TimelineEntry } from '../campaigns/timelines.query.ts';
import { toldValue } from '../domain/milestones.ts';
import type { Account } from '../institutions/account.entity.ts';
import { presentAccount } from '../institutions/present-account.ts';
import type { PledgeNumbers, PledgeTotals } from '../pledges/pledges.query.ts';
import type { PublicNote } from '../readings/flag-notes.query.ts';
import type { ChainHead } from '../readings/readings-chain.query.ts';
import type { CountedReading } from '../readings/readings.query.ts';
import type { CampaignJson } from './campaign.schema.ts';
import type { ReadingJson } from './reading.schema.ts';
import type { StateItemJson } from './state.schema.ts';

/** Where a campaign stands. */
export interface StandingRecord {
  campaign: Campaign;
  score: Score;
  pledges: PledgeTotals;
  /** By account id. */
  chains: ReadonlyMap<string, ChainHead>;
}

/** Everything that the API tells of a campaign. */
export interface CampaignRecord extends StandingRecord {
  pledges: Pick<PledgeNumbers, keyof PledgeTotals | 'nextRelease'>;
  milestones: readonly TimelineEntry[];
  /** Of all campaigns that were asked for, in order of time. */
  notes: readonly PublicNote[];
  /** Path of the card picture. */
  cardPath: string;
}

type AccountJson = CampaignJson['institution']['accounts'][number];

/** A public campaign as JSON; `publicUrl` is the origin of the site. */
export function campaignJson(record: CampaignRecord, publicUrl: string): CampaignJson {
  const { campaign, milestones } = record;
  const html = `${publicUrl}/c/${campaign.slug}`;
  const standing = standingJson(record);
  return {
    ...standing,
    pledges: { ...standing.pledges, nextRelease: campaign.state === 'live' ? record.pledges.nextRelease : null },
    milestones: milestones.map((milestone) => milestoneJson(campaign, milestone)),
    notes: notesJson(record),
    links: {
      html,
      graph: `${html}/graph.svg`,
      card: publicUrl + record.cardPath,
      feed: `${html}/feed.atom`,
      csv: `${html}/readings.csv`,
    },
  };
}

/** Where a campaign stands, as JSON. */
export function standingJson(record: StandingRecord): Omit<StateItemJson, 'pace' | 'link'> {
  const { campaign, score, pledges, chains } = record;
  const { slug, title, language, state, dare, institution, fediverseAccount, xAccount } = campaign;
  const accounts = [
    accountJson(fediverseAccount, score.latest.fediverse, chains),
    accountJson(xAccount, score.latest.x, chains),
  ];
  return {
    slug,
    title,
    language,
    state,
    dare,
    institution: {
      name: institution.name,
      country: institution.country,
      accounts: accounts.filter((account) => account !== null),
    },
    gap: score.gap,
    forecast: forecastJson(record),
    pledges: { total: pledges.total, verified: pledges.verified, kept: pledges.kept },
  };
}

/** A reading of an account as JSON. */
export function readingJson(
  { network, handle }: Account,
  { at, count, source, evidenceUrl, number }: CountedReading,
  standing: Pick<ReadingJson, 'status' | 'replaces' | 'replacedBy'>,
): ReadingJson {
  const { status, replaces, replacedBy } = standing;
  return { network, handle: `@${handle}`, at: at.toISOString(), count, source, evidence: evidenceUrl, status, number, replaces, replacedBy };
}

function notesJson({ campaign, notes }: CampaignRecord): CampaignJson['notes'] {
  const accounts = [campaign.fediverseAccount, campaign.xAccount].filter((account) => account !== null);
  return notes.flatMap(({ accountId, kind, fromAt, fromCount, at, count, note }) => {
    const account = accounts.find(({ id }) => id === accountId);
    if (account === undefined) return [];
    const [from, to] = [{ at: fromAt.toISOString(), count: fromCount }, { at: at.toISOString(), count }];
    return [{ network: account.network, kind, from, to, text: note }];
  });
}

function milestoneJson({ dare }: Campaign, milestone: TimelineEntry): CampaignJson['milestones'][number] {
  return { kind: milestone.kind, at: milestone.at.toISOString(), value: milestone.value === null ? null : toldValue(dare, milestone) };
}

function accountJson(
  account: Account | null,
  latest: CountedReading | null,
  chains: CampaignRecord['chains'],
): AccountJson | null {
  if (account === null) return null;
  const { network, handle, url, state } = account;
  const present = presentAccount(account).handle;
  const newHandle = present === handle ? null : `@${present}`;
  const followers = latest && { count: latest.count, readAt: latest.at.toISOString(), source: latest.source };
  const head = chains.get(account.id);
  const chain = head === undefined ? null : { number: head.number, checksum: head.checksum.toString('hex') };
  return { network, handle: `@${handle}`, url, state, newHandle, followers, chain };
}

function forecastJson({ campaign, score: { forecast } }: StandingRecord): CampaignJson['forecast'] {
  if (campaign.state !== 'live' || forecast.type !== 'crosses') return null;
  const { crossesOn, earliest, latest, perDay } = forecast;
  return {
    crossesOn: crossesOn.toISOString(),
    earliest: earliest.toISOString(),
    latest: latest && latest.toISOString(),
    perDay: Math.round(perDay * 100) / 100,
  };
}
