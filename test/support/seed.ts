import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { FINISHED_STATES, PUBLIC_STATES, type CampaignState } from '../../src/domain/campaign-lifecycle.ts';
import type { DareKind } from '../../src/domain/dare.ts';
import { Account } from '../../src/institutions/account.entity.ts';
import { Institution } from '../../src/institutions/institution.entity.ts';
import { Reading } from '../../src/readings/reading.entity.ts';

interface CampaignSeed {
  now: Date;
  state?: string;
  dareKind?: DareKind;
  target?: number | null;
  /** `user@host`; null for a dare whose account does not exist yet. */
  fediverse?: string | null;
  x?: string | null;
  title?: string;
  slug?: string;
  language?: 'fr' | 'en';
  deadline?: Date | null;
}

let slugs = 0;

/** A campaign as the database holds it, for tests of what comes after the launch. Accounts of the same handle are shared. */
export async function addCampaign(dataSource: DataSource, seed: CampaignSeed): Promise<Campaign> {
  const { now, state = 'live', dareKind = 'overtake', target = null, fediverse = 'institution@social.example', x = 'institution' } = seed;
  const institution = { id: newId(), name: 'Ministère de l’Éducation', country: 'FR', kind: 'ministry' as const, website: null, wikidataId: null, createdAt: now };
  await dataSource.getRepository(Institution).insert(institution);
  const campaign = dataSource.getRepository(Campaign).create({
    id: newId(),
    slug: seed.slug ?? `campaign-${(slugs += 1)}`,
    institution,
    fediverseAccount: fediverse === null ? null : await addAccount(dataSource, institution, 'mastodon', fediverse, now),
    xAccount: x === null ? null : await addAccount(dataSource, institution, 'x', x, now),
    dareKind,
    target,
    state: state as CampaignState,
    hiddenAt: null,
    shownAgainAt: null,
    title: seed.title ?? 'When @institution has more followers on Mastodon than on X, they will talk about it again.',
    story: 'Because **public** words belong in public places.',
    quote: null,
    quoteSource: null,
    hashtag: null,
    language: seed.language ?? 'en',
    timeZone: 'Europe/Paris',
    deadline: seed.deadline ?? null,
    reviewNote: null,
    institutionReply: null,
    submittedAt: now,
    launchedAt: PUBLIC_STATES.includes(state as CampaignState) ? now : null,
    endedAt: FINISHED_STATES.includes(state as CampaignState) ? now : null,
    changedAt: now,
  });
  await dataSource.getRepository(Campaign).insert(campaign);
  return campaign;
}

/** Readings that count, as `[time, count]`. */
export async function addReadings(dataSource: DataSource, account: Account | null, readings: readonly (readonly [string, number])[]): Promise<void> {
  if (account === null) throw new Error('There is no account to read.');
  await dataSource.getRepository(Reading).insert(
    readings.map(([at, count]) => ({
      id: newId(),
      account,
      count,
      at: new Date(at),
      source: account.network === 'x' ? ('manual' as const) : ('network' as const),
      evidenceUrl: null,
      reader: account.network === 'x' ? 'somebody' : '',
      status: 'counted' as const,
      replacesId: null,
      createdAt: new Date(at),
    })),
  );
}

async function addAccount(dataSource: DataSource, institution: Institution, network: string, handle: string, now: Date): Promise<Account> {
  const accounts = dataSource.getRepository(Account);
  const handleKey = handle.toLowerCase();
  const known = await accounts.findOneBy({ network, handleKey });
  if (known !== null) return known;
  const [user = '', host = ''] = handle.split('@');
  const account = accounts.create({
    id: newId(),
    institution,
    network,
    handle,
    handleKey,
    url: network === 'x' ? `https://x.com/${handle}` : `https://${host}/@${user}`,
    actorUri: network === 'x' ? null : `https://${host}/users/${user}`,
    remoteId: null,
    home: network === 'x' ? 'api.x.com' : host,
    newHandle: null,
    displayName: user,
    picture: null,
    linksBack: false,
    state: 'ok',
    nextReadingAt: null,
    triedAt: null,
    failures: 0,
    lastFailure: null,
    retryAt: null,
    createdAt: now,
  });
  await accounts.insert(account);
  return account;
}
