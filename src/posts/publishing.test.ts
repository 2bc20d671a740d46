import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { KINDS, MastodonServer, type MastodonKind } from '../../test/support/servers/mastodon-server.ts';
import type { Status } from '../../test/support/servers/mastodon-posts.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/durations.ts';
import type { Publisher } from '../networks/publishing/publisher.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import type { CampaignBot } from './campaign-bot.entity.ts';
import { CampaignBots } from './campaign-bots.service.ts';
import { Pictures } from './pictures.service.ts';
import { Publication } from './publication.entity.ts';
import { PublicationDrafts } from './publication-drafts.service.ts';
import { PublicationLedger } from './publication-ledger.service.ts';
import { Publications } from './publications.service.ts';
import { Publishers, type ChosenPublisher } from './publishers.service.ts';
import { Publishing } from './publishing.service.ts';
import { defaultWishes, type Wishes } from './publishing-wishes.entity.ts';

const BOT_HOST = 'bots.example';
const SCOPES = ['profile', 'write:statuses', 'write:media'];
/** Longer than a claim lives. */
const AFTER_A_DEATH = 11 * MINUTE;

let world: TestWorld;
let server: MastodonServer;
let site: TestSite;
let campaigns = 0;

/** Another server in the place of the bot's, that knows its token all the same. */
function serve(kind: MastodonKind): void {
  const token = site.config.bot?.accessToken ?? '';
  const session = server.tokens.get(token);
  server = world.add(new MastodonServer(world, BOT_HOST, kind));
  if (session !== undefined) server.tokens.set(token, { ...session, person: server.addPerson('chiche') });
}

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  server = world.add(new MastodonServer(world, BOT_HOST));
  const token = server.giveToken(server.addPerson('chiche'), SCOPES);
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address, BOT_URL: `https://${BOT_HOST}`, BOT_ACCESS_TOKEN: token } });
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  world.lost.clear();
  world.down.clear();
  world.silent.clear();
  jest.restoreAllMocks();
  server.posts.limitedUntil.clear();
  Object.assign(server.posts, { maxCharacters: 500, imageSizeLimit: 16_777_216, processing: 0 });
  site.clock.set(new Date('2023-09-02T07:30:00Z'));
  await site.database.dataSource.query('DELETE FROM publication');
});

/** A campaign that was launched just now, with its first numbers. */
async function launch(wishes: Partial<Wishes> = {}, seed: Partial<Parameters<typeof addCampaign>[1]> = {}): Promise<Campaign> {
  const n = (campaigns += 1);
  const campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), fediverse: `lelibreedu${n}@mastodon.example`, x: `lelibreedu${n}`, language: 'fr', ...seed });
  await site.get(Publications).wish(campaign, { ...defaultWishes(campaign), ...wishes });
  await read(campaign, 2900, 5850);
  return campaign;
}

async function read(campaign: Campaign, fediverse: number, x: number): Promise<void> {
  const at = site.clock.now().toISOString();
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[at, fediverse]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[at, x]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? '']);
  await site.get(Publications).plan(campaign.id);
}

const noPledges = async (): Promise<number> => 0;

const goOn = new AbortController().signal;

async function publish(stop = goOn): Promise<void> {
  await site.get(Publishing).publishDue(noPledges, stop);
}

/** A server of its own for a campaign's bot. */
async function lend({ id }: Campaign, host: string, user = 'robot'): Promise<MastodonServer> {
  const lent = world.servers.get(host) === undefined ? world.add(new MastodonServer(world, host)) : (world.servers.get(host) as MastodonServer);
  const token = lent.giveToken(lent.people.find((person) => person.user === user) ?? lent.addPerson(user), SCOPES);
  const handle = { user, host } as SignedInPerson['identity']['handle'];
  const kept = { origin: `https://${host}`, flow: 'mastodon', token } as const;
  await site.get(CampaignBots).keep(id, { identity: { handle }, keepToken: async () => kept } as unknown as SignedInPerson);
  return lent;
}

/** Waits for what happens meanwhile. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 2_000) throw new Error('It did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Makes a time limit of so many milliseconds end when the test says. */
function limitOf(milliseconds: number): AbortController {
  const controller = new AbortController();
  const real = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((each) => (each === milliseconds ? controller.signal : real(each)));
  return controller;
}

function posted({ slug }: Campaign): Status[] {
  return server.posts.all.filter(({ text }) => text.includes(`${site.url}/c/${slug}#`));
}

async function ledger({ id }: Campaign): Promise<Record<string, string>> {
  const rows = await site.get(Publications).list(id);
  return Object.fromEntries(rows.map(({ occasion, state, reason }) => [occasion, reason === null ? state : `${state} ${reason}`]));
}

async function row({ id }: Campaign): Promise<Publication> {
  const [only] = await site.get(Publications).list(id);
  if (only === undefined) throw new Error('Nothing is planned.');
  return only;
}

describe('a milestone', () => {
  test('is published once, with a picture that is described, in the language and the visibility that were wished for', async () => {
    const campaign = await launch({ visibility: 'public', quotes: 'followers' }, { title: 'Quand @lelibreedu aura plus d’abonnés que sur X' });
    await publish();
    await publish();
    const [status] = posted(campaign);
    expect(posted(campaign)).toHaveLength(1);
    expect(status).toMatchObject({ visibility: 'public', language: 'fr', quotes: 'followers' });
    expect(status?.text).toMatch(/^Le défi est lancé\n\n/);
    expect(status?.text).toContain(`${site.url}/c/${campaign.slug}#launched`);
    expect(status?.text).not.toContain('@');
    const picture = server.posts.pictures.get(status?.mediaIds[0] ?? '');
    expect(picture?.description).toMatch(/Mastodon\s: 2\s900\./);
    expect(await row(campaign)).toMatchObject({ state: 'sent', remoteId: status?.id, remoteUrl: `https://${BOT_HOST}/@chiche/${status?.id}` });
  });

  test.each([
    ['de', /^Die Wette läuft\n\n/, /Mastodon: 2\.900\./],
    ['es', /^El reto está en marcha\n\n/, /Mastodon: 2900\./],
    ['it', /^La sfida è cominciata\n\n/, /Mastodon: 2900\./],
  ] as const)('speaks every language of posts, in words and picture: %s', async (language, words, alt) => {
    const campaign = await launch({ language });
    await publish();
    const [status] = posted(campaign);
    expect(status).toMatchObject({ language });
    expect(status?.text).toMatch(words);
    expect(server.posts.pictures.get(status?.mediaIds[0] ?? '')?.description).toMatch(alt);
  });

  test('that lies behind a later one is not told any more', async () => {
    const campaign = await launch();
    await publish();
    site.clock.advance(HOUR);
    await read(campaign, 3700, 5850);
    site.clock.advance(MINUTE);
    await read(campaign, 4500, 5850);
    await publish();
    expect(posted(campaign).map(({ text }) => text.split('#').at(-1))).toEqual(['launched', 'half']);
    expect(await ledger(campaign)).toEqual({ launched: 'sent', quarter: 'skipped surpassed', half: 'sent' });
  });

  test('that a wrong reading showed is not told once it was put right', async () => {
    const campaign = await launch({ mode: 'paused' });
    site.clock.advance(MINUTE);
    await read(campaign, 5000, 5850);
    await publish();
    await site.database.dataSource.query(`UPDATE reading SET status = 'rejected' WHERE account_id = $1 AND count = 5000`, [campaign.fediverseAccount?.id]);
    await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '']);
    await site.get(Publications).wish(campaign, defaultWishes(campaign));
    await publish();
    expect(await ledger(campaign)).toEqual({ launched: 'skipped surpassed', half: 'skipped withdrawn' });
  });

  test('of a hidden campaign is not told', async () => {
    const campaign = await launch();
    await site.database.dataSource.query('UPDATE campaign SET hidden_at = now() WHERE id = $1', [campaign.id]);
    await publish();
    expect(await ledger(campaign)).toEqual({ launched: 'skipped hidden' });
  });

  test('of a campaign whose institution said yes is not told: nobody presses it any more', async () => {
    const campaign = await launch();
    await site.database.dataSource.query(`UPDATE campaign SET state = 'agreed', ended_at = $2 WHERE id = $1`, [campaign.id, site.clock.now()]);
    await publish();
    expect(await ledger(campaign)).toEqual({ launched: 'skipped over' });
    expect(posted(campaign)).toEqual([]);
  });

  test('is told when the campaign is won, with the day of it', async () => {
    const campaign = await launch();
    site.clock.advance(HOUR);
    await read(campaign, 5876, 5832);
    await publish();
    const [status] = posted(campaign);
    expect(status?.text).toContain('#crossed');
    expect(status?.text).toContain('2 septembre 2023');
  });
});

/** Lives for so many steps more: it dies before one, or after it and before anybody hears of it. */
class Life {
  private died: () => void = () => undefined;
  readonly end = new Promise<'died'>((resolve) => {
    this.died = () => resolve('died');
  });

  constructor(private left: number) {}

  /** Never returns once life is over. */
  async step(): Promise<void> {
    this.left -= 1;
    if (this.left >= 0) return;
    this.died();
    await new Promise(() => undefined);
  }
}

function mortal<T extends object>(whole: T, life: Life): T {
  return new Proxy(whole, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        await life.step();
        const done: unknown = await (value as (...given: unknown[]) => unknown).apply(object, given);
        await life.step();
        return done;
      };
    },
  });
}

/** The service as another process has it, which may die. */
function process(life: Life): Publishing {
  const publishers = site.get(Publishers);
  const dying = (publisher: Publisher): Publisher => mortal(publisher, life);
  const chosen = {
    of: async (id: string, limit: AbortSignal): Promise<ChosenPublisher | null> => {
      const found = await publishers.of(id, limit);
      return found && { ...found, publisher: dying(found.publisher) };
    },
    again: async (bot: Publication['bot'], limit: AbortSignal) => {
      const found = await publishers.again(bot, limit);
      return found && dying(found);
    },
  } as Publishers;
  return new Publishing(mortal(site.get(PublicationLedger), life), chosen, site.get(PublicationDrafts), site.get(Pictures), site.clock);
}

describe('a process that dies', () => {
  const NO_QUIET = { quietFrom: 0, quietUntil: 0 };

  test.each([
    ['at whatever step', 'a server that keeps keys', KINDS.mastodon, 0],
    // Before that, the two servers do the same.
    ['at any step around the sending', 'one that keeps none', KINDS.gotosocial, 11],
  ])('%s leaves one post and no more on %s', async (_when, _where, kind, first) => {
    serve(kind);
    let steps = first;
    for (let died = true; died; steps += 1) {
      site.clock.set(new Date('2023-09-02T07:30:00Z'));
      const campaign = await launch(NO_QUIET);
      const life = new Life(steps);
      died = (await Promise.race([process(life).publishDue(noPledges, goOn), life.end])) === 'died';
      // Its successors: the second one for whatever the first had to wait for.
      for (let successor = 0; successor < 2; successor += 1) {
        site.clock.advance(AFTER_A_DEATH);
        await publish();
      }
      expect({ steps, posts: posted(campaign).length, ledger: await ledger(campaign) }).toEqual({ steps, posts: 1, ledger: { launched: 'sent' } });
    }
    // pausedSince, claim, limits, write, upload, keepPicture, ask, publish, sent: before and after each.
    expect(steps).toBeGreaterThanOrEqual(18);
  });

  test('is not waited for while it may live, and two that live publish once', async () => {
    const campaign = await launch(NO_QUIET);
    const life = new Life(14);
    await Promise.race([process(life).publishDue(noPledges, goOn), life.end]);
    site.clock.advance(5 * MINUTE);
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'sending' });
    site.clock.advance(AFTER_A_DEATH);
    const other = await launch(NO_QUIET);
    await Promise.all([publish(), publish(), publish()]);
    expect(posted(other)).toHaveLength(1);
  });
});

describe('a server', () => {
  test('whose answer got lost is asked whether the post is there', async () => {
    const campaign = await launch();
    world.lost.add('POST /api/v1/statuses');
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'sending', reason: 'no-answer' });
    world.lost.clear();
    site.clock.advance(3 * MINUTE);
    await publish();
    expect(posted(campaign)).toHaveLength(1);
    expect(await row(campaign)).toMatchObject({ state: 'sent', reason: null });
  });

  test('of which nothing can be learnt for hours gets nothing a second time, and a person is asked', async () => {
    serve(KINDS.gotosocial);
    const campaign = await launch({ quietFrom: 0, quietUntil: 0 });
    world.lost.add('POST /api/v1/statuses');
    await publish();
    world.lost.clear();
    world.down.add(BOT_HOST);
    for (let hour = 0; hour < 8; hour += 1) {
      site.clock.advance(HOUR);
      await publish();
    }
    world.down.clear();
    expect(await row(campaign)).toMatchObject({ state: 'unclear', reason: 'no-answer' });
    await publish();
    expect(posted(campaign)).toHaveLength(1);
  });

  test('that cannot be reached is tried again, and given up in the end', async () => {
    const campaign = await launch({ quietFrom: 0, quietUntil: 0 });
    world.down.add(BOT_HOST);
    await publish();
    expect((await row(campaign)).state).toBe('planned');
    world.down.clear();
    site.clock.advance(2 * MINUTE);
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'sent' });
  });

  test('that limits is left alone until it says', async () => {
    const campaign = await launch();
    const until = new Date(site.clock.now().getTime() + 40 * MINUTE);
    server.posts.limitedUntil.set('POST /api/v1/statuses', until);
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'planned', reason: 'rate-limited', dueAt: until });
    const asked = world.seen.length;
    site.clock.advance(30 * MINUTE);
    await publish();
    expect(world.seen).toHaveLength(asked);
    site.clock.advance(11 * MINUTE);
    await publish();
    expect(posted(campaign)).toHaveLength(1);
  });

  test('that takes its time with a picture is waited for', async () => {
    const campaign = await launch();
    server.posts.processing = 2;
    await publish();
    expect(posted(campaign)[0]?.mediaIds).toHaveLength(1);
  });

  test('that does not take the picture gets the post without it, which is told', async () => {
    const campaign = await launch();
    server.posts.imageSizeLimit = 1_000;
    await publish();
    expect(posted(campaign)[0]?.mediaIds).toEqual([]);
    expect(await row(campaign)).toMatchObject({ state: 'sent', withoutPicture: 'too-large' });
  });

  test('whose limit is short gets a short post', async () => {
    server.posts.maxCharacters = 120;
    const campaign = await launch();
    await publish();
    expect(posted(campaign)[0]?.text).toContain('…');
    expect(await row(campaign)).toMatchObject({ state: 'sent' });
  });

  test('that takes the token no more is told to the campaigner, who has it sent when that is put right', async () => {
    const campaign = await launch();
    const token = site.config.bot?.accessToken ?? '';
    const session = server.tokens.get(token);
    server.tokens.delete(token);
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'failed', reason: 'refused' });
    if (session !== undefined) server.tokens.set(token, session);
    await publish();
    expect(posted(campaign)).toHaveLength(0);
    expect(await site.get(Publications).again(campaign.id, (await row(campaign)).id)).toBe(true);
    await publish();
    expect(posted(campaign)).toHaveLength(1);
    expect(await site.get(Publications).again(campaign.id, (await row(campaign)).id)).toBe(false);
  });
});

describe('a server that does not answer', () => {
  test('holds up nobody else, and only one post is tried on it', async () => {
    const slow = await launch({ quietFrom: 0, quietUntil: 0 });
    const sameServer = await launch();
    const elsewhere = await launch();
    const other = await lend(elsewhere, 'quick.example');
    world.silent.add(BOT_HOST);
    const asked = world.seen.length;
    const stop = new AbortController();
    const held = publish(stop.signal);
    await until(() => world.seen.length > asked);
    await publish();
    expect(other.posts.all).toHaveLength(1);
    expect(await row(elsewhere)).toMatchObject({ state: 'sent' });
    expect(await row(sameServer)).toMatchObject({ state: 'planned', claim: null });
    expect((await row(slow)).claim).not.toBeNull();
    const lastSeconds = limitOf(5 * SECOND);
    stop.abort();
    lastSeconds.abort();
    await held;
    expect(await row(slow)).toMatchObject({ state: 'planned', claim: null, attempts: 0, dueAt: site.clock.now() });
  });

  test('is given up after three minutes, whatever it was doing', async () => {
    const campaign = await launch();
    world.silent.add(BOT_HOST);
    const limit = limitOf(3 * MINUTE);
    const asked = world.seen.length;
    const working = publish();
    await until(() => world.seen.length > asked);
    limit.abort(new DOMException('Too long.', 'TimeoutError'));
    await working;
    expect(await row(campaign)).toMatchObject({ state: 'planned', reason: 'no-answer', claim: null, attempts: 1 });
  });

  test('about a picture for a minute gets the post without it', async () => {
    const campaign = await launch();
    server.posts.processing = Infinity;
    const limit = limitOf(MINUTE);
    const polls = (): number => world.seen.filter(({ path }) => path.startsWith('/api/v1/media/')).length;
    const before = polls();
    const working = publish();
    await until(() => polls() > before);
    limit.abort(new DOMException('Too long.', 'TimeoutError'));
    await working;
    expect(posted(campaign)).toMatchObject([{ mediaIds: [] }]);
    expect(await row(campaign)).toMatchObject({ state: 'sent', withoutPicture: 'not-taken' });
  });

  test('for a second is waited for though the process stops, and nothing more is begun', async () => {
    const campaign = await launch({ quietFrom: 0, quietUntil: 0 });
    const next = await launch({ quietFrom: 0, quietUntil: 0 });
    const stop = new AbortController();
    const asked = world.seen.length;
    const working = publish(stop.signal);
    await until(() => world.seen.length > asked);
    stop.abort();
    await working;
    expect(await row(campaign)).toMatchObject({ state: 'sent' });
    expect(await row(next)).toMatchObject({ state: 'planned' });
  });

  test('when the process stops right in the middle of the posting leaves it to be looked for', async () => {
    const campaign = await launch();
    world.unanswered.add('POST /api/v1/statuses');
    const stop = new AbortController();
    const working = publish(stop.signal);
    await until(() => posted(campaign).length > 0);
    const lastSeconds = limitOf(5 * SECOND);
    stop.abort();
    lastSeconds.abort();
    await working;
    world.unanswered.clear();
    expect(await row(campaign)).toMatchObject({ state: 'sending', claim: null });
    site.clock.advance(3 * MINUTE);
    await publish();
    expect(posted(campaign)).toHaveLength(1);
    expect(await row(campaign)).toMatchObject({ state: 'sent' });
  });
});

describe('a campaigner', () => {
  test('has posts wait for the morning', async () => {
    site.clock.set(new Date('2023-09-02T21:15:00Z'));
    const campaign = await launch({ quietFrom: 22, quietUntil: 7 });
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'planned', dueAt: new Date('2023-09-03T05:00:00Z') });
    site.clock.set(new Date('2023-09-03T05:00:00Z'));
    await publish();
    expect(posted(campaign)).toHaveLength(1);
  });

  test('has no more posts a day than wished for', async () => {
    const campaign = await launch({ perDay: 1, quietFrom: 0, quietUntil: 0 });
    await publish();
    site.clock.advance(HOUR);
    await read(campaign, 4500, 5850);
    await publish();
    expect(posted(campaign)).toHaveLength(1);
    site.clock.advance(23 * HOUR);
    await publish();
    expect(posted(campaign)).toHaveLength(2);
  });

  test('sees in a dry run what would be sent, and nothing is', async () => {
    const campaign = await launch({ mode: 'dry-run' });
    await publish();
    expect(posted(campaign)).toHaveLength(0);
    expect(await row(campaign)).toMatchObject({ state: 'skipped', reason: 'dry-run' });
    expect((await row(campaign)).text).toContain('#launched');
  });

  test('stops it and lets it go on', async () => {
    const campaign = await launch({ mode: 'paused' });
    await publish();
    expect(posted(campaign)).toHaveLength(0);
    await site.get(Publications).wish(campaign, defaultWishes(campaign));
    await publish();
    expect(posted(campaign)).toHaveLength(1);
  });
});

describe('an account that publishes for several campaigns', () => {
  const ASK = { quietFrom: 0, quietUntil: 0 };

  /** So many posts of another campaign that went out now. */
  async function sentBefore(other: Campaign, posts: number, bot: CampaignBot | null = null): Promise<void> {
    const now = site.clock.now();
    const rows = Array.from({ length: posts }, (_, n) => ({
      ...{ id: newId(), campaign: { id: other.id }, bot, occasion: `record-day-${n}`, kind: 'record-day', at: now, state: 'sent' },
      ...{ dueAt: now, attempts: 0, key: newId(), askedAt: now, sentAt: now },
    }));
    await site.database.dataSource.getRepository(Publication).insert(rows as Partial<Publication>[]);
  }

  test('posts no more than 24 times a day for all of them together; what is beyond waits, which is told', async () => {
    const begun = site.clock.now();
    await sentBefore(await launch({ mode: 'paused' }), 23);
    const last = await launch(ASK);
    await publish();
    expect(await row(last)).toMatchObject({ state: 'sent' });
    const late = await launch(ASK);
    const lent = await launch(ASK);
    await lend(lent, 'quick.example');
    await publish();
    expect(await row(late)).toMatchObject({ state: 'planned', reason: 'account-full 24', dueAt: new Date(begun.getTime() + DAY) });
    expect(await row(lent)).toMatchObject({ state: 'sent' });
    site.clock.advance(DAY);
    await publish();
    expect(await row(late)).toMatchObject({ state: 'sent', reason: null });
  });

  test('is one account, whichever campaign lends it', async () => {
    const [first, second, other] = [await launch({ mode: 'paused' }), await launch(ASK), await launch(ASK)];
    for (const each of [first, second]) await lend(each, 'shared.example');
    await lend(other, 'shared.example', 'another');
    await sentBefore(first, 24, await site.get(Publishers).connected(first.id));
    await publish();
    expect(await row(second)).toMatchObject({ state: 'planned', reason: 'account-full 24' });
    expect(await row(other)).toMatchObject({ state: 'sent' });
  });
});

test('one switch stops it all', async () => {
  const campaign = await launch();
  await site.get(PublicationLedger).setPaused(true);
  await publish();
  expect(posted(campaign)).toHaveLength(0);
  await site.get(PublicationLedger).setPaused(false);
  await publish();
  expect(posted(campaign)).toHaveLength(1);
});

describe('the post that tells where the campaign stands', () => {
  test('comes a day after the launch, is changed and never repeated, and stays deleted', async () => {
    const campaign = await launch({ standingPost: true, quietFrom: 0, quietUntil: 0 });
    await publish();
    site.clock.advance(DAY);
    await publish();
    const standing = (): Status[] => posted(campaign).filter(({ text }) => text.includes('#gap'));
    expect(standing()).toMatchObject([{ visibility: 'unlisted', edits: 0 }]);
    expect(standing()[0]?.text).toMatch(/2\s900/);
    site.clock.advance(HOUR);
    await read(campaign, 2950, 5850);
    site.clock.advance(DAY);
    await publish();
    expect(standing()).toMatchObject([{ edits: 1 }]);
    expect(standing()[0]?.text).toMatch(/2\s950/);
    site.clock.advance(DAY);
    await publish();
    expect(standing()).toMatchObject([{ edits: 1 }]);
    server.posts.delete(standing()[0]?.id ?? '');
    await read(campaign, 3000, 5850);
    site.clock.advance(DAY);
    await publish();
    await publish();
    expect(standing()).toEqual([]);
    expect(await ledger(campaign)).toMatchObject({ gap: 'skipped deleted' });
  });
});
