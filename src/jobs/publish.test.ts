import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { MastodonServer } from '../../test/support/servers/mastodon-server.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { CampaignBots } from '../posts/campaign-bots.service.ts';
import { Publications } from '../posts/publications.service.ts';
import { Publishing } from '../posts/publishing.service.ts';
import { PublishJob } from './publish.job.ts';
import { Ticks } from './ticks.ts';

const SCOPES = ['profile', 'write:statuses', 'write:media'];

let world: TestWorld;
let site: TestSite;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address } });
});
afterAll(async () => {
  await site.close();
  await world.close();
});

/** A campaign with news, told from an account of a server of its own. */
async function launchOn(host: string): Promise<MastodonServer> {
  const { dataSource } = site.database;
  const server = world.add(new MastodonServer(world, host));
  const name = host.replace(/\W/g, '');
  const campaign = await addCampaign(dataSource, { now: site.clock.now(), fediverse: `${name}@social.example`, x: name });
  const kept = { origin: `https://${host}`, flow: 'mastodon', token: server.giveToken(server.addPerson('robot'), SCOPES) } as const;
  const person = { identity: { handle: { user: 'robot', host } }, keepToken: async () => kept };
  await site.get(CampaignBots).keep(campaign.id, person as unknown as SignedInPerson);
  await addReadings(dataSource, campaign.fediverseAccount, [[site.clock.now().toISOString(), 2_900]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '']);
  await site.get(Publications).plan(campaign.id);
  return server;
}

test('servers that never answer hold up no other, and nobody waits for them when the process stops', async () => {
  for (const host of ['slow.example', 'slower.example', 'slowest.example']) {
    await launchOn(host);
    world.silent.add(host);
  }
  const quick = await launchOn('quick.example');
  const ticks = new Ticks(site.clock, pino({ level: 'silent' }));
  new PublishJob(ticks, site.get(Publishing), site.get(PledgesQuery)).onApplicationBootstrap();
  while (quick.posts.all.length === 0) await pause(20);
  expect(new Set(world.seen.map(({ host }) => host))).toEqual(new Set(['slow.example', 'slower.example', 'slowest.example', 'quick.example']));
  const lastSeconds = new AbortController();
  jest.spyOn(AbortSignal, 'timeout').mockReturnValue(lastSeconds.signal);
  const stopped = ticks.onModuleDestroy();
  lastSeconds.abort();
  await stopped;
  expect(quick.posts.all).toHaveLength(1);
});
