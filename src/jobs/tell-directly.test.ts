import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import type { Status } from '../../test/support/servers/mastodon-posts.ts';
import { KINDS, MastodonServer, type MastodonKind } from '../../test/support/servers/mastodon-server.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { OpeningWorld } from '../../test/support/opening-world.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { valueOf } from '../../test/support/value-of.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { HOUR, MINUTE, SECOND } from '../domain/durations.ts';
import { POST_RULES, postLength } from '../domain/post-length.ts';
import type { ProofMethod } from '../domain/proven-identity.ts';
import { WAVE_INTERVAL } from '../domain/wave.ts';
import { OpeningDirect } from '../pledges/opening-direct.service.ts';
import { PledgeBlocks } from '../pledges/pledge-blocks.service.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import { PledgeProofs } from '../pledges/pledge-proofs.service.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { SupporterPage } from '../pledges/supporter-page.service.ts';
import { TellRequests, type TellWish } from '../pledges/tell-requests.service.ts';
import { Waves } from '../pledges/waves.service.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { Publishers } from '../posts/publishers.service.ts';
import { TellDirectlyJob } from './tell-directly.job.ts';
import type { Ticks } from './ticks.ts';

const BOT_HOST = 'bots.example';
const POST = 'POST /api/v1/statuses';
const goOn = new AbortController().signal;

let world: TestWorld;
let server: MastodonServer;
let people: MastodonServer;
let site: TestSite;
let opening: OpeningWorld;
let campaign: Campaign;
/** One run of the job. */
let tick: (stop?: AbortSignal) => Promise<unknown>;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  server = world.add(new MastodonServer(world, BOT_HOST));
  people = world.add(new MastodonServer(world, 'pouet.example'));
  const token = server.giveToken(server.addPerson('chiche'), ['profile', 'write:statuses', 'write:media']);
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address, BOT_URL: `https://${BOT_HOST}`, BOT_ACCESS_TOKEN: token } });
  opening = new OpeningWorld(site, await new ModerationWorld(site.database.dataSource, site.clock).staff('camille'));
  const ticks = { every: (_ms: number, _name: string, work: (now: Date, stop: AbortSignal) => Promise<unknown>) => (tick = (stop = goOn) => work(site.clock.now(), stop)) };
  new TellDirectlyJob(ticks as unknown as Ticks, site.get(Publishers), site.get(PublicationLedger), site.get(OpeningDirect)).onApplicationBootstrap();
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  for (const trouble of [world.lost, world.unanswered, world.down, world.silent]) trouble.clear();
  jest.restoreAllMocks();
  serve(KINDS.mastodon);
  await site.database.dataSource.query('TRUNCATE campaign, account, message_turn, site_pause, pledge_block CASCADE');
  site.clock.advance(HOUR);
  campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: null, x: null, title: 'Open, @agency!' });
});

/** Another server in the place of the bot's, that knows its token all the same. */
function serve(kind: MastodonKind): void {
  const token = site.config.bot?.accessToken ?? '';
  const session = server.tokens.get(token);
  server = world.add(new MastodonServer(world, BOT_HOST, kind));
  if (session !== undefined) server.tokens.set(token, { ...session, person: server.addPerson('chiche') });
}

/** Somebody who proved to be who they are; the token of their private page. */
async function proven(user: string, how: ProofMethod = 'mastodon', host = 'pouet.example'): Promise<string> {
  const token = await opening.supporter(campaign, `${user}@${host}`);
  valueOf(await site.get(PledgeProofs).confirm(token, { handle: { user, host }, actorUri: `https://${host}/ap/users/${user}`, how }));
  return token;
}

/** The same, with an account on a server that answers and the wish to be written to. */
async function waiting(user: string, language: 'fr' | 'en' = 'en'): Promise<string> {
  if (world.find(`${user}@pouet.example`) === null) people.addPerson(user);
  const token = await proven(user);
  valueOf(await site.get(TellRequests).askDirect(token, language));
  site.clock.advance(SECOND);
  return token;
}

/** The account is recorded and was read, and the first batch had its turn. */
async function open(handle = 'agency@social.example'): Promise<void> {
  const { dataSource } = site.database;
  const seeded = await addCampaign(dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: handle, x: null });
  await addReadings(dataSource, seeded.fediverseAccount, [[site.clock.now().toISOString(), 12]]);
  await dataSource.query(`UPDATE campaign SET fediverse_account_id = $1, state = 'won' WHERE id = $2`, [seeded.fediverseAccount?.id, campaign.id]);
  await dataSource.transaction((manager) => site.get(Waves).begin(manager, campaign.id));
  await site.get(Waves).tellDue(site.clock.now());
}

async function wish(token: string): Promise<TellWish | undefined> {
  const pledge = await site.get(OpenPledges).find(token);
  return pledge === null ? undefined : (await site.get(TellRequests).of(pledge))[0];
}

/** Whom the messages called, in the order in which they left. */
const called = (): string[] => server.posts.all.map(({ text }) => text.split(' ')[0] ?? '');
const asked = (): number => world.seen.filter(({ method, path, host }) => `${method} ${path}` === POST && host === BOT_HOST).length;

describe('a direct message', () => {
  test('leaves when it is their turn, to one person alone, and leads to public pages', async () => {
    const token = await waiting('ada');
    await tick();
    expect(called()).toEqual([]);
    await open();
    await tick();
    const [message] = server.posts.all as [Status];
    expect(message).toMatchObject({ visibility: 'direct', language: 'en', mediaIds: [] });
    expect(message.mentions.map(({ user }) => user)).toEqual(['ada']);
    expect(message.text).toBe(
      `@ada@pouet.example Ministère de l’Éducation has opened its account: https://social.example/@agency\n\nYou asked to be told once, by the campaign ${site.url}/c/${campaign.slug}\n\nThis is the only message. The private page of your promise shows what we keep, and erases it.`,
    );
    expect(await wish(token)).toMatchObject({ sentAt: site.clock.now(), failure: null });
    site.clock.advance(HOUR);
    await tick();
    expect(called()).toHaveLength(1);
    expect(JSON.stringify(await site.database.dataSource.query('SELECT * FROM tell_request'))).not.toMatch(/ada|pouet/);
  });

  test('speaks their language, and calls nobody by the name of the institution', async () => {
    await waiting('ada', 'fr');
    await site.database.dataSource.query('UPDATE institution SET name = $1 WHERE id = $2', [`@musée ${'d’une longueur extrême '.repeat(5)}`.slice(0, 120), campaign.institution.id]);
    await open();
    await site.database.dataSource.query('UPDATE tell_request SET corrects = true');
    await tick();
    const [message] = server.posts.all as [Status];
    expect(message.language).toBe('fr');
    expect(message.text).toMatch(/^@ada@pouet\.example musée/);
    expect(message.text).toContain('ce n’était pas le bon');
    expect(message.text.match(/@/g)).toHaveLength(3);
    // Also of somebody with the longest name that Mastodon gives.
    expect(postLength(message.text, POST_RULES.mastodon).length).toBeLessThanOrEqual(500 - 27);
  });

  test('is for proven handles of the fediverse alone', async () => {
    const typed = await opening.supporter(campaign, 'stranger@pouet.example');
    const refusal = { ok: false, error: { type: 'not-found' } };
    expect(await site.get(TellRequests).askDirect(typed, 'en')).toEqual(refusal);
    await site.database.dataSource.query(`UPDATE pledge SET proof = 'email', confirmed_at = now()`);
    expect(await site.get(TellRequests).askDirect(typed, 'en')).toEqual(refusal);
    expect(await site.get(TellRequests).askDirect(await proven('ada.example', 'bluesky', 'bsky.app'), 'en')).toEqual(refusal);
    for (const how of ['mastodon', 'misskey', 'profile'] as const) {
      expect(await site.get(TellRequests).askDirect(await proven(`by-${how}`, how), 'en')).toEqual({ ok: true, value: null });
    }
    const late = await proven('late');
    await open();
    expect(await site.get(TellRequests).askDirect(late, 'en')).toEqual({ ok: false, error: { type: 'too-late' } });
  });

  test('is not sent by a name that somebody else has by now', async () => {
    const before = await waiting('ada');
    const after = await opening.supporter(campaign, 'ada@pouet.example');
    valueOf(await site.get(PledgeProofs).confirm(after, { handle: { user: 'ada', host: 'pouet.example' }, actorUri: 'https://pouet.example/ap/users/ada-again', how: 'mastodon' }));
    expect(await wish(before)).toBeUndefined();
    expect(await site.get(TellRequests).askDirect(before, 'en')).toEqual({ ok: false, error: { type: 'not-found' } });
    await open();
    await tick();
    expect(called()).toEqual([]);
  });

  test('is not sent to somebody below a server that was blocked since their turn came', async () => {
    const token = await proven('eve', 'mastodon', 'below.blocked.example');
    valueOf(await site.get(TellRequests).askDirect(token, 'en'));
    await waiting('zoe');
    await open();
    await site.database.dataSource.transaction((manager) => site.get(PledgeBlocks).add(manager, { kind: 'server', host: 'blocked.example' }));
    await tick();
    site.clock.advance(MINUTE);
    await tick();
    expect(called()).toEqual(['@zoe@pouet.example']);
    expect(await wish(token)).toBeUndefined();
  });

  test('is not sent to whoever took the wish back, nor once the wave is stopped', async () => {
    const [ada, eve] = [await waiting('ada'), await waiting('eve')];
    await waiting('zoe');
    await open();
    const standing = async (): Promise<string> => (await site.get(PledgesQuery).wave(campaign.id)).state;
    expect(await standing()).toBe('writing');
    valueOf(await site.get(TellRequests).stop(ada, 'direct'));
    valueOf(await site.get(SupporterPage).withdraw(eve));
    await site.database.dataSource.transaction((manager) => site.get(Waves).setStopped(manager, campaign.id, true));
    await tick();
    expect([await standing(), called()]).toEqual(['stopped', []]);
    await site.database.dataSource.transaction((manager) => site.get(Waves).setStopped(manager, campaign.id, false));
    await tick();
    expect([await standing(), called()]).toEqual(['finished', ['@zoe@pouet.example']]);
  });

  test('waits while all bots are paused', async () => {
    await waiting('ada');
    await open();
    await site.get(PublicationLedger).setPaused(true);
    await tick();
    expect(called()).toEqual([]);
    await site.get(PublicationLedger).setPaused(false);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example']);
  });

  test('of another account follows when the first was the wrong one, with an apology to those who may have read of it', async () => {
    await waiting('ada');
    await waiting('eve');
    await open('agency@elsewhere.example');
    await tick();
    await site.database.dataSource.query('UPDATE campaign SET fediverse_account_id = NULL WHERE id = $1', [campaign.id]);
    await site.database.dataSource.transaction((manager) => site.get(Waves).takeBack(manager, campaign.id));
    site.clock.advance(MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example']);
    await open();
    for (let minute = 0; minute < 3; minute += 1) {
      await tick();
      site.clock.advance(MINUTE);
    }
    expect(server.posts.all.map(({ text }) => [text.includes('elsewhere'), text.includes('the wrong one')])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

describe('the pace', () => {
  test('is one a minute, whatever campaigns they wait for and however many workers there are', async () => {
    for (let n = 0; n < 12; n += 1) await waiting(`p${n}`);
    await open();
    const left: number[] = [];
    for (let second = 0; second < 600; second += 20) {
      const before = called().length;
      await Promise.all([tick(), tick(), tick()]);
      if (called().length > before) left.push(called().length - before);
      if (second === 300) await site.get(Waves).tellDue(new Date(site.clock.now().getTime() + WAVE_INTERVAL));
      site.clock.advance(20 * SECOND);
    }
    expect(left).toEqual(Array.from({ length: 10 }, () => 1));
    expect(new Set(called()).size).toBe(10);
  });

  test('obeys the time that the server says, for everybody', async () => {
    await waiting('ada');
    await waiting('eve');
    await open();
    server.posts.limitedUntil.set(POST, new Date(site.clock.now().getTime() + 40 * MINUTE));
    await tick();
    const soFar = asked();
    site.clock.advance(39 * MINUTE);
    await tick();
    expect(asked()).toBe(soFar);
    site.clock.advance(MINUTE);
    await tick();
    site.clock.advance(MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example', '@eve@pouet.example']);
  });
});

describe('a message that does not arrive', () => {
  test('because nobody is found ends that wish and nothing else', async () => {
    const ada = await waiting('ada');
    await waiting('eve');
    people.people.splice(people.people.findIndex(({ user }) => user === 'ada'), 1);
    await open();
    await tick();
    expect(await wish(ada)).toMatchObject({ sentAt: null, failure: 'refused' });
    site.clock.advance(MINUTE);
    await tick();
    expect(server.posts.all.map(({ mentions }) => mentions.length)).toEqual([0, 1]);
    site.clock.advance(HOUR);
    await tick();
    expect(server.posts.all).toHaveLength(2);
  });

  test('because the bot’s server is away or refuses the account is sent later', async () => {
    const ada = await waiting('ada');
    await open();
    world.down.add(BOT_HOST);
    await tick();
    world.down.clear();
    site.clock.advance(15 * MINUTE);
    const session = server.tokens.get(site.config.bot?.accessToken ?? '');
    server.tokens.clear();
    await tick();
    if (session !== undefined) server.tokens.set(site.config.bot?.accessToken ?? '', session);
    site.clock.advance(14 * MINUTE);
    await tick();
    expect(called()).toEqual([]);
    expect(await wish(ada)).toMatchObject({ sentAt: null, failure: null });
    site.clock.advance(MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example']);
  });

  test('because one person’s server takes its time holds up nobody else', async () => {
    const ada = await waiting('ada');
    await waiting('eve');
    await open();
    world.lost.add(POST);
    await tick();
    world.lost.clear();
    site.clock.advance(MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example', '@eve@pouet.example']);
    world.lost.add(POST);
    site.clock.advance(15 * MINUTE);
    await tick();
    expect(await wish(ada)).toMatchObject({ sentAt: null, failure: 'unclear' });
  });

  test('to one person after the other holds up all, as that is the account’s server', async () => {
    const tokens = [await waiting('ada'), await waiting('eve'), await waiting('zoe')];
    await open();
    world.lost.add(POST);
    for (let minute = 0; minute < 15; minute += 1) {
      await tick();
      site.clock.advance(MINUTE);
    }
    expect(called()).toEqual(['@ada@pouet.example', '@eve@pouet.example']);
    world.lost.clear();
    for (let minute = 0; minute < 6; minute += 1) {
      site.clock.advance(MINUTE);
      await tick();
    }
    expect(called()).toEqual(['@ada@pouet.example', '@eve@pouet.example', '@zoe@pouet.example']);
    for (const token of tokens) expect(await wish(token)).toMatchObject({ failure: null, sentAt: expect.any(Date) });
  });

  test.each([
    ['mastodon', { sent: true }],
    ['gotosocial', { sent: false }],
  ] as const)('whose answer got lost is there once, on %s', async (kind, { sent }) => {
    serve(KINDS[kind]);
    const ada = await waiting('ada');
    await waiting('eve');
    await open();
    world.lost.add(POST);
    await tick();
    world.lost.clear();
    expect(called()).toEqual(['@ada@pouet.example']);
    expect(await wish(ada)).toMatchObject({ sentAt: null, failure: null });
    for (let minute = 0; minute < 30; minute += 1) {
      site.clock.advance(MINUTE);
      await tick();
    }
    expect(called()).toEqual(['@ada@pouet.example', '@eve@pouet.example']);
    expect(await wish(ada)).toMatchObject(sent ? { failure: null } : { sentAt: null, failure: 'unclear' });
    expect((await wish(ada))?.sentAt !== null).toBe(sent);
  });

  test('is not sent again once the server may have forgotten its key', async () => {
    const ada = await waiting('ada');
    await open();
    world.lost.add(POST);
    await tick();
    world.lost.clear();
    world.down.add(BOT_HOST);
    site.clock.advance(15 * MINUTE);
    await tick();
    expect(await wish(ada)).toMatchObject({ failure: null });
    world.down.clear();
    site.clock.advance(50 * MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example']);
    expect(await wish(ada)).toMatchObject({ sentAt: null, failure: 'unclear' });
  });

  test('is cut off when the process stops, and found out later', async () => {
    const ada = await waiting('ada');
    await open();
    world.unanswered.add(POST);
    const stop = new AbortController();
    const working = tick(stop.signal);
    while (called().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const lastSeconds = new AbortController();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(lastSeconds.signal);
    stop.abort();
    lastSeconds.abort();
    await working;
    jest.restoreAllMocks();
    world.unanswered.clear();
    site.clock.advance(15 * MINUTE);
    await tick();
    expect(called()).toEqual(['@ada@pouet.example']);
    expect(await wish(ada)).toMatchObject({ sentAt: site.clock.now() });
  });
});
