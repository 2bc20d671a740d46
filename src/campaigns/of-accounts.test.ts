import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { In, type FindManyOptions } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { TRACKED_STATES } from '../domain/campaign-lifecycle.ts';
import { Campaign } from './campaign.entity.ts';
import { ofAccounts } from './of-accounts.ts';

const NOW = new Date('2023-09-02T07:30:00Z');
const MANY = 2_000;
/** What JSON takes from one row that is to be made many. */
const COPY = (table: string, changes: string): string => `(jsonb_populate_record(NULL::${table}, to_jsonb(one) || jsonb_build_object(${changes}))).*`;
const WITH_ACCOUNTS = { fediverseAccount: true, xAccount: true } as const;

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  const { dataSource } = database;
  await addCampaign(dataSource, { now: NOW });
  const handle = `'n' || n || '@social.example'`;
  await dataSource.query(
    `INSERT INTO account SELECT ${COPY('account', `'id', gen_random_uuid(), 'handle', ${handle}, 'handle_key', ${handle}`)}
     FROM (SELECT * FROM account WHERE network = 'mastodon') one, generate_series(1, ${MANY}) n`,
  );
  await dataSource.query(
    `INSERT INTO campaign SELECT ${COPY('campaign', `'id', gen_random_uuid(), 'slug', 'n' || account.n, 'fediverse_account_id', account.id, 'x_account_id', account.id`)}
     FROM (SELECT * FROM campaign) one, (SELECT id, row_number() OVER () AS n FROM account) account`,
  );
  for (const table of ['account', 'campaign']) await dataSource.query(`ANALYZE ${table}`);
});
afterAll(() => database.close());

test.each<[string, (id: string) => FindManyOptions<Campaign>]>([
  ['what a reading changes', (id) => ({ where: { id: ofAccounts([id]), state: In([...TRACKED_STATES]) }, relations: WITH_ACCOUNTS })],
  ['what a moderator sees', (id) => ({ where: { id: ofAccounts([id]) }, order: { submittedAt: 'DESC' } })],
  ['whom X is measured against', (id) => ({ where: { state: 'live', dareKind: 'overtake', xAccount: { id } }, relations: WITH_ACCOUNTS })],
])('campaigns are found by an account without looking at all of them: %s', async (_what, find) => {
  const { dataSource } = database;
  const campaigns = dataSource.getRepository(Campaign);
  const one = await campaigns.findOneOrFail({ where: { slug: 'n7' }, relations: WITH_ACCOUNTS });
  const options = find(one.xAccount?.id ?? '');
  expect((await campaigns.find(options)).map(({ slug }) => slug)).toEqual(['n7']);
  const [sql, parameters] = campaigns.createQueryBuilder('Campaign').setFindOptions(options).getQueryAndParameters();
  const lines = await dataSource.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${sql}`, parameters);
  const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/campaign_(fediverse|x)_account/);
  expect(plan).not.toContain('Seq Scan');
});
