import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { TEST_SECRET } from '../../test/support/key-ring.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { decide } from '../../test/support/servers/consent.ts';
import { MastodonServer } from '../../test/support/servers/mastodon-server.ts';
import { MisskeyServer } from '../../test/support/servers/misskey-server.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { SEALED_HOOKS } from '../campaigns/webhook.entity.ts';
import { Webhooks } from '../campaigns/webhooks.service.ts';
import { KeyRing, placeOf } from '../platform/key-ring.ts';
import { KeyRotation } from '../platform/key-rotation.ts';
import { SEALED_APPS } from '../identity/server-app.entity.ts';
import { botCode } from '../posts/bot-sign-in.service.ts';
import { SEALED_BOTS } from '../posts/campaign-bot.entity.ts';
import { Digests, SEALED_DIGESTS } from '../posts/digests.service.ts';
import { Publications } from '../posts/publications.service.ts';
import { Publishing } from '../posts/publishing.service.ts';

let world: TestWorld;
let site: TestSite;
let mastodon: MastodonServer;
let misskey: MisskeyServer;
let campaign: Campaign;
let page: string;
let token: string;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  mastodon = world.add(new MastodonServer(world, 'bots.example'));
  misskey = world.add(new MisskeyServer(world, 'notes.example'));
  for (const server of [mastodon, misskey]) server.addPerson('chiche');
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address } });
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  const { dataSource } = site.database;
  const n = (await dataSource.query<unknown[]>('SELECT FROM campaign')).length;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), fediverse: `somebody${n}@social.example`, x: `somebody${n}` });
  token = await dataSource.transaction((manager) => site.get(CampaignOwners).add(manager, campaign, null, 'en'));
  page = `/account/${token}/bot`;
  for (const person of misskey.people) person.note = `Announces things. ${botCode(token)}`;
});

async function show(path = page): Promise<string> {
  return (await request(site.url).get(path).set('accept-language', 'en')).text;
}

/** Connects an account as a browser does; where that leads in the end. */
async function connect(handle: string, decision: 'allow' | 'deny' = 'allow', cookies = true): Promise<string> {
  const started = await request(site.url).post(`${page}/connect`).type('form').send({ handle });
  if (started.status !== 303) return started.text;
  const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
  const address = String(started.headers['location']);
  const [, host = '', path = ''] = /\/~([^/]+)(\/.*)$/.exec(address) ?? [];
  const { location } = await decide(world, `https://${host}${path}`, decision);
  const back = await request(site.url).get(`${location?.pathname}${location?.search}`).set('cookie', cookies ? cookie : '').set('accept-language', 'en');
  return back.status === 303 ? String(back.headers['location']) : back.text;
}

async function happen(): Promise<void> {
  const at = site.clock.now().toISOString();
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[at, 2_900]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[at, 5_850]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? '']);
  await site.get(Publications).plan(campaign.id);
  await site.get(Publishing).publishDue(async () => 0, new AbortController().signal);
}

const own = (texts: readonly { text: string }[]): string[] => texts.map(({ text }) => text).filter((text) => text.includes(`/c/${campaign.slug}#`));

describe('a bot of one’s own', () => {
  test('on Mastodon publishes with the least permissions, and gives the token back at the end', async () => {
    expect(await connect('@chiche@bots.example')).toBe(`${page}?said=connected`);
    const [lent, session] = [...mastodon.tokens].at(-1) ?? [];
    expect(session?.scopes).toEqual(['profile', 'write:statuses', 'write:media']);
    expect(await show()).toContain('@chiche@bots.example');
    await happen();
    expect(own(mastodon.posts.all)).toHaveLength(1);
    expect(await show()).toMatch(/<strong>The dare is on<\/strong> · published/);
    const stored = JSON.stringify(await site.database.dataSource.query('SELECT * FROM campaign_bot'));
    expect(stored).not.toContain(lent);
    expect(stored).not.toContain('bots.example');
    const gone = await request(site.url).post(`${page}/disconnect`);
    expect(gone.headers['location']).toBe(`${page}?said=disconnected`);
    expect(mastodon.revoked).toContain(lent);
    expect(await show()).toContain('Nobody publishes for now');
  });

  test('on Misskey publishes a note with its picture, and its token can only be forgotten', async () => {
    expect(await connect('@chiche@notes.example')).toBe(`${page}?said=connected`);
    expect([...misskey.tokens.values()].at(-1)?.permissions).toEqual(['read:account', 'write:notes', 'write:drive']);
    await happen();
    await site.get(Publishing).publishDue(async () => 0, new AbortController().signal);
    expect(own(misskey.notes)).toHaveLength(1);
    const note = misskey.notes.at(-1);
    expect(note).toMatchObject({ visibility: 'public' });
    expect(misskey.files.get(note?.fileIds[0] ?? '')).toContain('Mastodon: 2,900.');
    expect((await request(site.url).post(`${page}/disconnect`)).headers['location']).toBe(`${page}?said=forgotten`);
  });

  test('on Misskey is nobody’s who does not show the code of this page, whoever gave the permission', async () => {
    for (const person of misskey.people) person.note = botCode('of another page');
    expect(await connect('@chiche@notes.example')).toBe(`${page}?said=no-code`);
    expect(await show(`${page}?said=no-code`)).toContain('does not hold the code');
    expect(await show()).toContain('Nobody publishes for now');
    expect(await show()).toContain(botCode(token));
    expect(await site.database.dataSource.query('SELECT FROM server_sign_in WHERE token IS NOT NULL')).toEqual([]);
  });

  test('on Misskey, of which no answer came, is looked for before anything is sent again', async () => {
    await connect('@chiche@notes.example');
    world.lost.add('POST /api/notes/create');
    await happen();
    world.lost.clear();
    site.clock.advance(3 * 60_000);
    await site.get(Publishing).publishDue(async () => 0, new AbortController().signal);
    expect(own(misskey.notes)).toHaveLength(1);
    expect(await show()).toMatch(/<strong>The dare is on<\/strong> · published/);
  });

  test('is not connected by whoever says no, nor by another browser', async () => {
    expect(await connect('@chiche@bots.example', 'deny')).toBe(`${page}?said=refused`);
    expect(await connect('@chiche@bots.example', 'allow', false)).toContain('leads nowhere');
    expect(await show()).toContain('Nobody publishes for now');
  });

  test('needs a whole handle of an account that there is', async () => {
    expect(await connect('chiche')).toContain('Type a whole handle');
    expect(await connect('@nobody@bots.example')).toContain('knows no such account');
  });
});

describe('wishes', () => {
  const WISHES = { mode: 'dry-run', visibility: 'unlisted', language: 'fr', quotes: 'nobody', quietFrom: '23', quietUntil: '6', perDay: '2', standingPost: 'yes' };

  test('are kept, and a sample is in the language that was wished for', async () => {
    const saved = await request(site.url).post(page).type('form').send(WISHES);
    expect(saved.headers['location']).toBe(`${page}?said=saved`);
    expect(await site.get(Publications).wishes(campaign)).toMatchObject({ mode: 'dry-run', quietFrom: 23, perDay: 2, standingPost: true });
    const shown = await show();
    expect(shown).toMatch(/value="dry-run" checked/);
    expect(shown).toMatch(/value="6" selected>06:00</);
    expect(shown).toMatch(/<blockquote class="post" lang="fr"><p>Un défi citoyen /);
  });

  test('may be for any language of posts', async () => {
    expect(await show()).toMatch(/value="de"[^]{0,80}Deutsch/);
    const saved = await request(site.url).post(page).type('form').send({ ...WISHES, language: 'de' });
    expect(saved.headers['location']).toBe(`${page}?said=saved`);
    expect(await show()).toMatch(/<blockquote class="post" lang="de"><p>Eine Mitmachaktion/);
    const refused = await request(site.url).post(page).type('form').set('accept-language', 'en').send({ ...WISHES, language: 'pt' });
    expect(refused.status).toBe(422);
    expect(await site.get(Publications).wishes(campaign)).toMatchObject({ language: 'de' });
  });

  test('that make no sense change nothing and stay as typed', async () => {
    const refused = await request(site.url).post(page).type('form').set('accept-language', 'en').send({ ...WISHES, perDay: '99', mode: 'loud' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Type a number from 1 to 24.');
    expect(refused.text).toContain('value="99"');
    expect(await site.get(Publications).wishes(campaign)).toMatchObject({ mode: 'on', perDay: 4 });
  });
});

test('a post that failed says why and can be sent again', async () => {
  await connect('@chiche@bots.example');
  const [token = '', session] = [...mastodon.tokens].at(-1) ?? [];
  mastodon.tokens.delete(token);
  await happen();
  const shown = await show();
  expect(shown).toContain('The server refuses the permission that was given.');
  const again = /action="([^"]+\/again)"/.exec(shown)?.[1] ?? '';
  if (session !== undefined) mastodon.tokens.set(token, session);
  expect((await request(site.url).post(again)).headers['location']).toBe(`${page}?said=again`);
  await site.get(Publishing).publishDue(async () => 0, new AbortController().signal);
  expect(own(mastodon.posts.all)).toHaveLength(1);
  expect((await request(site.url).post(again)).headers['location']).toBe(`${page}?said=not-possible`);
});

test('what is sealed of bots, webhooks and readers is sealed anew when the site’s keys change', async () => {
  const { dataSource } = site.database;
  await connect('@chiche@bots.example');
  await site.get(Webhooks).add(campaign.id, 'https://hooks.example/');
  await site.get(Digests).confirm({ purpose: 'digest', asker: site.get(Digests).askerFor(campaign), address: 'suzie@mail.example', language: 'fr' });
  const directory = await mkdtemp(join(tmpdir(), 'chiche-keys-'));
  const ring = new KeyRing(dataSource, { sessionSecret: 'another secret of the site, long enough', previousSessionSecret: TEST_SECRET, dataDirectory: directory });
  const tables = [SEALED_BOTS, SEALED_HOOKS, SEALED_DIGESTS];
  expect(await new KeyRotation(dataSource, ring, [...tables, SEALED_APPS]).rotate(site.clock.now())).toMatchObject({ ok: true });
  const { current } = await ring.keys();
  for (const { name } of tables) {
    const rows = await dataSource.query<{ id: string; sealed: string }[]>(`SELECT id, sealed FROM ${name} WHERE sealed IS NOT NULL`);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id, sealed } of rows) expect(current.open(placeOf(name, 'sealed', id), sealed)).not.toBeNull();
  }
  await rm(directory, { recursive: true });
});
