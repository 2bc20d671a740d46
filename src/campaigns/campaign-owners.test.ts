import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { SettableClock } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { CampaignOwners } from './campaign-owners.service.ts';

const OLD = 'the secret of yesterday, which somebody saw';
const NEW = 'the secret of tomorrow, which nobody has seen';
const clock = new SettableClock(new Date('2026-11-20T10:00:00Z'));

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function owners(secrets: Record<string, string>): CampaignOwners {
  const config = readConfig(secrets);
  if (!config.ok) throw new Error(config.error.problems.join());
  return new CampaignOwners(database.dataSource, clock, config.value);
}

test('a mail brings a link that works, also after SESSION_SECRET was changed', async () => {
  const { manager } = database.dataSource;
  const campaign = await addCampaign(database.dataSource, { now: clock.now() });
  const link = await owners({ SESSION_SECRET: OLD }).add(manager, campaign, 'ada@mail.example', 'en');
  const mailed = async (secrets: Record<string, string>): Promise<string | undefined> =>
    (await owners(secrets).withEmail(manager, { campaignId: campaign.id }))[0]?.token;
  expect(await mailed({ SESSION_SECRET: OLD })).toBe(link);
  expect(await mailed({ SESSION_SECRET: NEW, PREVIOUS_SESSION_SECRET: OLD })).toBe(link);
  const later = await mailed({ SESSION_SECRET: NEW });
  expect(later).not.toBe(link);
  expect(await owners({ SESSION_SECRET: NEW }).byToken(later ?? '')).toMatchObject({ campaign: { id: campaign.id } });
});
