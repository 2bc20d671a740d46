import type { Campaign } from '../campaigns/campaign.entity.ts';

/** Everything of a campaign that a moderator looks at; what the log keeps of it before and after a decision. */
export const SNAPSHOT_FIELDS = [
  'state',
  'hidden',
  'title',
  'story',
  'quote',
  'quoteSource',
  'hashtag',
  'language',
  'dare',
  'deadline',
  'institution',
  'website',
  'fediverse',
  'x',
  'reply',
] as const;
export type SnapshotField = (typeof SNAPSHOT_FIELDS)[number];
/** As text, because it is compared and shown, never computed with. */
export type CampaignSnapshot = Record<SnapshotField, string | null>;

export interface Change {
  field: string;
  before: string | null;
  after: string | null;
}

/** The campaign must come with its institution and accounts. */
export function snapshotOf(campaign: Campaign): CampaignSnapshot {
  return {
    state: campaign.state,
    hidden: campaign.hiddenAt === null ? 'no' : 'yes',
    title: campaign.title,
    story: campaign.story,
    quote: campaign.quote,
    quoteSource: campaign.quoteSource,
    hashtag: campaign.hashtag,
    language: campaign.language,
    dare: campaign.target === null ? campaign.dareKind : `${campaign.dareKind} ${campaign.target}`,
    deadline: campaign.deadline?.toISOString() ?? null,
    institution: campaign.institution.name,
    website: campaign.institution.website,
    fediverse: campaign.fediverseAccount?.handle ?? null,
    x: campaign.xAccount?.handle ?? null,
    reply: campaign.institutionReply,
  };
}

/** What differs between two records of the log; those of a campaign in the order of {@link SNAPSHOT_FIELDS}. */
export function changesBetween(before: Record<string, unknown>, after: Record<string, unknown>): Change[] {
  const text = (value: unknown): string | null => {
    if (value === null || value === undefined) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const order = (field: string): number => (SNAPSHOT_FIELDS as readonly string[]).indexOf(field);
  return Object.keys(after)
    .toSorted((a, b) => order(a) - order(b))
    .map((field) => ({ field, before: text(before[field]), after: text(after[field]) }))
    .filter((change) => change.before !== change.after);
}

/** Whether a campaigner wrote it: not the state, which only decisions and time change. */
export function isContent({ field }: Change): boolean {
  return field !== 'state' && field !== 'hidden' && field !== 'reply';
}
