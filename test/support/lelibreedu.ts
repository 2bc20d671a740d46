import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { CampaignProgress } from '../../src/campaigns/campaign-progress.service.ts';
import type { Account } from '../../src/institutions/account.entity.ts';
import { ModerationWorld } from './moderation-world.ts';
import type { TestSite } from './site.ts';

export interface LelibreeduCampaign {
  campaign: Campaign;
  mastodon: Account;
  x: Account;
}

/** What was read in those days. */
const READINGS = [
  { at: '2023-08-30T18:00:00Z', mastodon: 2900, x: 5850 },
  { at: '2023-08-31T18:00:00Z', mastodon: 3800, x: 5848 },
  { at: '2023-09-01T18:00:00Z', mastodon: 4500, x: 5844 },
  { at: '2023-09-02T07:00:00Z', mastodon: 5090, x: 5840 },
];

/** The campaign that started it all, live, with its readings up to the morning of 2 September 2023. */
export async function lelibreedu(site: TestSite, fields: Partial<Campaign> = {}): Promise<LelibreeduCampaign> {
  const world = new ModerationWorld(site.database.dataSource, site.clock);
  const institution = await world.institution({ name: 'Direction du numérique pour l’éducation' });
  const mastodon = await world.account(institution, 'mastodon', 'lelibreedu@mastodon.mim-libre.fr');
  const x = await world.account(institution, 'x', 'lelibreedu');
  const campaign = await world.campaign({
    slug: 'lelibreedu',
    institution,
    fediverseAccount: mastodon,
    xAccount: x,
    state: 'live',
    title: 'Plus d’abonnés sur Mastodon que sur X !',
    launchedAt: new Date('2023-08-30T18:00:00Z'),
    ...fields,
  });
  for (const { at, mastodon: ours, x: theirs } of READINGS) {
    const known = { at: new Date(at), createdAt: new Date(at), source: 'import', status: 'counted' } as const;
    await world.reading(mastodon, ours, known);
    await world.reading(x, theirs, { ...known, evidenceUrl: 'https://web.archive.org/web/2023/https://x.com/lelibreedu' });
  }
  await site.get(CampaignProgress).follow([mastodon.id, x.id]);
  return { campaign, mastodon, x };
}
