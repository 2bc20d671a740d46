import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { KINDS, MastodonServer, type MastodonKind } from '../../test/support/servers/mastodon-server.ts';
import type { Status } from '../../test/support/servers/mastodon-posts.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { Publisher } from '../networks/publishing/publisher.ts';
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

async function publish(): Promise<void> {
  await site.get(Publishing).publishDue(noPledges);
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
    of: async (id: string): Promise<ChosenPublisher | null> => {
      const found = await publishers.of(id);
      return found && { ...found, publisher: dying(found.publisher) };
    },
    again: async (bot: Publication['bot']) => {
      const found = await publishers.again(bot);
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
      died = (await Promise.race([process(life).publishDue(noPledges), life.end])) === 'died';
      // Its successors: the second one for whatever the first had to wait for.
      for (let successor = 0; successor < 2; successor += 1) {
        site.clock.advance(AFTER_A_DEATH);
        await publish();
      }
      expect({ steps, posts: posted(campaign).length, ledger: await ledger(campaign) }).toEqual({ steps, posts: 1, ledger: { launched: 'sent' } });
    }
    // isPaused, claim, limits, write, upload, keepPicture, ask, publish, sent: before and after each.
    expect(steps).toBeGreaterThanOrEqual(18);
  });

  test('is not waited for while it may live, and two that live publish once', async () => {
    const campaign = await launch(NO_QUIET);
    const life = new Life(14);
    await Promise.race([process(life).publishDue(noPledges), life.end]);
    site.clock.advance(5 * MINUTE);
    await publish();
    expect(await row(campaign)).toMatchObject({ state: 'sending' });
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
