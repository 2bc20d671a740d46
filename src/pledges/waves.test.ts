import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { codeIn, startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { addressOf, OpeningWorld, recipientOf } from '../../test/support/opening-world.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { valueOf } from '../../test/support/value-of.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { WAVE_INTERVAL } from '../domain/wave.ts';
import { EmailCode } from '../identity/email-code.entity.ts';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { KeyRotation } from '../platform/key-rotation.ts';
import { Mailer } from '../platform/mailer.ts';
import { HeldDataQuery } from './held-data.query.ts';
import { OpeningMail } from './opening-mail.service.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeAnonymising } from './pledge-anonymising.service.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import { PledgesQuery } from './pledges.query.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { SEALED_PLEDGES } from './pledge-person.ts';
import { SupporterPage } from './supporter-page.service.ts';
import { TellByMail } from './tell-by-mail.service.ts';
import { SEALED_TELL_REQUESTS, TellRequests, type TellWish } from './tell-requests.service.ts';
import { TellRequest } from './tell-request.entity.ts';
import { Waves } from './waves.service.ts';

const HANDLE = 'agency@social.example';
const WRONG = 'agency@elsewhere.example';
const NEXT_SECRET = 'another secret that everybody knows, for tests alone';

let site: TestSite;
let mailServer: MailServer;
let world: OpeningWorld;
let campaign: Campaign;

beforeAll(async () => {
  mailServer = await startMailServer();
  site = await startTestSite({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example', PREVIOUS_SESSION_SECRET: NEXT_SECRET } });
  for (const handle of [HANDLE, WRONG]) {
    site.fediverse.addServer({ host: handle.split('@')[1] ?? '', software: 'mastodon' });
    site.fediverse.addAccount({ handle, followers: 12 });
  }
  world = new OpeningWorld(site, await new ModerationWorld(site.database.dataSource, site.clock).staff('camille'));
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
beforeEach(async () => {
  const { dataSource } = site.database;
  await dataSource.query('TRUNCATE campaign, account CASCADE');
  await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'opening-mail'`);
  site.clock.advance(DAY);
  mailServer.mails.length = 0;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: null, x: null });
});

async function requests(): Promise<TellRequest[]> {
  return site.database.dataSource.getRepository(TellRequest).find({ order: { askedAt: 'ASC', id: 'ASC' }, relations: { toldAccount: true } });
}

/** Lets the next batch leave, and its mails; who got one. */
async function batch(): Promise<string[]> {
  mailServer.mails.length = 0;
  await site.get(Waves).tellDue(site.clock.now());
  await world.post();
  site.clock.advance(WAVE_INTERVAL);
  return mailServer.mails.map(recipientOf).sort();
}

/** Batches until the wave is over. */
async function wholeWave(): Promise<string[][]> {
  const batches: string[][] = [];
  do batches.push(await batch());
  while ((await site.get(PledgesQuery).wave(campaign.id)).state === 'running');
  return batches;
}

const addresses = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => addressOf(from + index)).sort();
const failed = (type: string): object => ({ ok: false, error: { type } });
async function wishesOf(token: string): Promise<TellWish[]> {
  const pledge = await site.get(OpenPledges).find(token);
  if (pledge === null) throw new Error('There is no such pledge.');
  return site.get(TellRequests).of(pledge);
}

const tokenOf = async (handle: string): Promise<string> => world.supporter(campaign, handle);

describe('asking to be told', () => {
  /** Asks with an address, and reads the code that was sent to it. */
  async function ask(token: string, address: string): Promise<{ code: string; mail: string }> {
    valueOf(await site.get(TellByMail).ask(token, address, 'fr'));
    const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
    await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
    const mail = mailServer.mails.at(-1) ?? '';
    return { code: codeIn(mail).code, mail };
  }

  test('by mail takes a code from that mailbox, which proves the promise as well', async () => {
    const token = await tokenOf('ada@lemmy.example');
    const { code, mail } = await ask(token, 'Ada@mailbox.example');
    expect(mail).not.toMatch(/lemmy/);
    expect(await requests()).toEqual([]);
    expect(await site.get(TellByMail).useCode(token, '0000 0000')).toMatchObject(failed('wrong-code'));
    expect(await site.get(TellByMail).useCode(token, code)).toEqual({ ok: true, value: null });
    const pledge = await site.get(OpenPledges).find(token);
    expect(pledge).toMatchObject({ state: 'confirmed', proof: 'email' });
    expect(await site.get(PledgesQuery).wave(campaign.id)).toMatchObject({ state: 'none', asked: 1, told: 0 });
    // The person may read all of it, and nobody who has the database alone.
    const held = pledge && (await site.get(HeldDataQuery).of(token, pledge));
    expect(held?.tellBy).toEqual([{ way: 'mail', address: 'Ada@mailbox.example', askedAt: site.clock.now(), toldAt: null, sentAt: null, failure: null }]);
    const rows = JSON.stringify([await site.database.dataSource.query('SELECT * FROM tell_request'), await site.database.dataSource.query('SELECT * FROM email_code')]);
    expect(rows).not.toMatch(/ada|mailbox/i);
    expect(rows).not.toContain(token);
  });

  test('does not use up a code that waits to prove the promise, nor the other way round', async () => {
    const token = await tokenOf('ada@lemmy.example');
    await ask(token, 'ada@mailbox.example');
    expect(await site.get(EmailCodes).useCode('pledge', token, '0000 0000')).toEqual(failed('no-code'));
  });

  test('with one mailbox is told once, under the promise that asked last', async () => {
    const [one, other] = [await tokenOf('ada@lemmy.example'), await tokenOf('countess@lemmy.example')];
    for (const token of [one, other]) {
      valueOf(await site.get(TellRequests).keepAddress({ address: `Ada+${token.slice(0, 3)}@mailbox.example`, token, campaignId: campaign.id }, 'en'));
    }
    expect(await wishesOf(other)).toHaveLength(1);
    expect(await requests()).toHaveLength(1);
  });

  test('is for dares whose account is not there yet', async () => {
    const late = await tokenOf('late@lemmy.example');
    const { code } = await ask(late, 'late@mailbox.example');
    await world.record(campaign, HANDLE);
    expect(await site.get(TellRequests).askFeed(late, 'en')).toEqual(failed('too-late'));
    expect(await site.get(TellByMail).ask(late, 'late@mailbox.example', 'en')).toEqual(failed('too-late'));
    expect(await site.get(TellByMail).useCode(late, code)).toEqual(failed('too-late'));
    expect(await site.get(TellRequests).askFeed('x'.repeat(32), 'en')).toEqual(failed('not-found'));
    expect(await requests()).toEqual([]);
    expect(await site.get(OpenPledges).find(late)).toMatchObject({ state: 'confirmed' });
  });

  test('is taken back one way at a time, and forgotten however the promise is erased', async () => {
    const [token = '', withdrawn = ''] = await world.mailers(campaign, 2);
    const unproven = await tokenOf('unproven@lemmy.example');
    for (const each of [token, unproven]) valueOf(await site.get(TellRequests).askFeed(each, 'en'));
    valueOf(await site.get(TellRequests).askFeed(token, 'en'));
    expect((await requests()).map(({ way }) => way)).toEqual(['mail', 'mail', 'feed', 'feed']);
    valueOf(await site.get(TellRequests).stop(token, 'mail'));
    valueOf(await site.get(SupporterPage).withdraw(withdrawn));
    expect((await requests()).map(({ way }) => way)).toEqual(['feed', 'feed']);
    site.clock.advance(8 * DAY);
    await site.get(PledgeUpkeep).expire();
    expect(await requests()).toEqual([]);
  });

  test('is forgotten with the people of a campaign that is long over', async () => {
    await world.mailers(campaign, 3);
    await site.database.dataSource.query(`UPDATE campaign SET state = 'ended', ended_at = $1`, [site.clock.now()]);
    await site.get(PledgeAnonymising).anonymise(new Date(site.clock.now().getTime() + 91 * DAY));
    expect(await requests()).toEqual([]);
  });

  test('outlives a change of keys, and one mailbox is still one', async () => {
    const [token = ''] = await world.mailers(campaign, 1);
    const { dataSource } = site.database;
    const { sessionSecret, dataDirectory } = site.config;
    const ring = new KeyRing(dataSource, { sessionSecret: NEXT_SECRET, previousSessionSecret: sessionSecret, dataDirectory });
    const back = new KeyRing(dataSource, { sessionSecret, previousSessionSecret: NEXT_SECRET, dataDirectory });
    const tables = [SEALED_PLEDGES, SEALED_TELL_REQUESTS];
    expect(await new KeyRotation(dataSource, ring, tables).rotate(site.clock.now())).toEqual({ ok: true, value: { rows: 2 } });
    expect(await wishesOf(token)).toMatchObject([{ way: 'mail', address: addressOf(0) }]);
    const other = await tokenOf('other@lemmy.example');
    valueOf(await site.get(TellRequests).keepAddress({ address: addressOf(0), token: other, campaignId: campaign.id }, 'en'));
    expect(await requests()).toHaveLength(1);
    expect(await new KeyRotation(dataSource, back, tables).rotate(site.clock.now())).toMatchObject({ ok: true });
  });
});

describe('a wave', () => {
  test('leaves once the account was read, by batches, and tells everyone once in their order', async () => {
    const tokens = await world.mailers(campaign, 35);
    expect(await batch()).toEqual([]);
    await world.record(campaign, HANDLE);
    expect(await batch()).toEqual([]);
    expect(await site.get(PledgesQuery).wave(campaign.id)).toMatchObject({ state: 'ready', asked: 35, told: 0 });
    await world.read(campaign);
    expect(await world.campaign(campaign.id)).toMatchObject({ state: 'won' });

    expect(await batch()).toEqual(addresses(0, 10));
    expect(mailServer.mails[0]).toMatch(/List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
    const first = mailServer.mails.find((mail) => recipientOf(mail) === addressOf(0)) ?? '';
    expect(first.replace(/=\r?\n/g, '').replace(/=3D/g, '=')).toContain(`/p/${tokens[0]}?lang=en`);
    site.clock.advance(-1);
    expect(await batch()).toEqual([]);
    site.clock.advance(-WAVE_INTERVAL + 1);
    const { told, endsAt } = await site.get(PledgesQuery).wave(campaign.id);
    expect({ told, endsAt }).toEqual({ told: 10, endsAt: new Date(site.clock.now().getTime() + WAVE_INTERVAL) });
    expect(await batch()).toEqual(addresses(10, 30));
    expect(await batch()).toEqual(addresses(30, 35));
    expect(await site.get(PledgesQuery).wave(campaign.id)).toMatchObject({ state: 'finished', asked: 35, told: 35 });
    expect(await batch()).toEqual([]);
  });

  test('tells nobody who withdrew, was set aside or is blocked, and those who are let in again later', async () => {
    const tokens = await world.mailers(campaign, 14);
    const { dataSource } = site.database;
    valueOf(await site.get(SupporterPage).withdraw(tokens[0] ?? ''));
    const aside = await site.get(OpenPledges).find(tokens[1] ?? '');
    const decision = '01890000-0000-7000-8000-000000000001';
    await dataSource.query('UPDATE pledge SET counts = false, set_aside_id = $2 WHERE id = $1', [aside?.id, decision]);
    // Blocked before somebody pledged in that name: it looks like a repeated pledge.
    await dataSource.transaction((manager) => site.get(PledgeBlocks).add(manager, { kind: 'server', host: 'blocked.example' }));
    const blocked = await tokenOf('eve@below.blocked.example');
    valueOf(await site.get(TellRequests).keepAddress({ address: 'eve@mailbox.example', token: blocked, campaignId: campaign.id }, 'en'));
    const repeated = await tokenOf('p2@server2.example');
    valueOf(await site.get(TellRequests).keepAddress({ address: 'second-device@mailbox.example', token: repeated, campaignId: campaign.id }, 'en'));
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    const told = (await wholeWave()).flat().sort();
    expect(told).toEqual([...addresses(2, 14), 'second-device@mailbox.example'].sort());
    await dataSource.query('UPDATE pledge SET counts = true, set_aside_id = NULL WHERE id = $1', [aside?.id]);
    await site.get(Waves).unfinish();
    expect((await wholeWave()).flat()).toEqual([addressOf(1)]);
  });

  test('is stopped with the messages that wait, and goes on where it was', async () => {
    await world.mailers(campaign, 12);
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    valueOf(await world.decide(campaign, { action: 'stop_wave', reason: 'Is it theirs?' }));
    expect(await world.decide(campaign, { action: 'stop_wave', reason: 'Again.' })).toEqual(failed('already-decided'));
    site.clock.advance(2 * HOUR);
    expect(await batch()).toEqual([]);
    await site.get(OpeningMail).handOverAgain();
    expect(await batch()).toEqual([]);
    valueOf(await world.decide(campaign, { action: 'resume_wave', reason: 'It is.' }));
    await site.get(OpeningMail).handOverAgain();
    expect(await batch()).toEqual(addresses(0, 12));
  });

  test('of the wrong account is taken back: the dare goes on, and those who were told are told of the right one', async () => {
    const tokens = await world.mailers(campaign, 12);
    valueOf(await site.get(TellRequests).askFeed(tokens[0] ?? '', 'en'));
    await world.record(campaign, WRONG);
    await world.read(campaign);
    expect(await batch()).toEqual(addresses(0, 10));
    valueOf(await site.get(PledgeProofs).keep(tokens[3] ?? '', 'listed'));
    await site.get(Waves).tellDue(site.clock.now());
    valueOf(await world.decide(campaign, { action: 'take_back_account', reason: 'An impostor.' }));
    // What the queue held is not sent any more.
    expect(await batch()).toEqual([]);
    expect(await world.campaign(campaign.id)).toMatchObject({ state: 'live', endedAt: null, fediverseAccount: null, reviewNote: 'An impostor.' });
    expect(await site.database.dataSource.query(`SELECT kind FROM milestone WHERE kind <> 'launched'`)).toEqual([]);
    expect(await site.get(OpenPledges).find(tokens[3] ?? '')).toMatchObject({ state: 'lapsed', lookAgainAt: null });

    await world.record(campaign, HANDLE);
    await world.read(campaign);
    expect(await world.campaign(campaign.id)).toMatchObject({ state: 'won' });
    const sorry: boolean[] = [];
    const told: string[] = [];
    do {
      told.push(...(await batch()));
      sorry.push(...mailServer.mails.map((mail) => mail.replace(/=\r?\n/g, '').includes('it was the wrong one')));
    } while ((await site.get(PledgesQuery).wave(campaign.id)).state === 'running');
    expect(told.sort()).toEqual(addresses(0, 12));
    expect(sorry.filter(Boolean)).toHaveLength(12);
    expect((await requests()).every(({ toldAccount }) => toldAccount?.handle === HANDLE)).toBe(true);
  });

  test('loses nothing and repeats nothing when a batch breaks in the middle', async () => {
    await world.mailers(campaign, 30);
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    const other = await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: null, x: null });
    await world.mailers(other, 2);
    await world.record(other, WRONG);
    await world.read(other);
    const { dataSource } = site.database;
    await dataSource.query(`CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.name = 'opening-mail' AND (SELECT count(*) FROM pgboss.job WHERE name = 'opening-mail') >= 4 THEN RAISE 'broken'; END IF;
      RETURN NEW; END $$`);
    await dataSource.query('CREATE TRIGGER break_down BEFORE INSERT ON pgboss.job FOR EACH ROW EXECUTE FUNCTION break_down()');
    await expect(site.get(Waves).tellDue(site.clock.now())).rejects.toThrow('Batches failed.');
    expect(await site.get(PledgesQuery).wave(campaign.id)).toMatchObject({ state: 'ready', told: 0 });
    // One campaign's batch keeps no other from being told.
    expect(await site.get(PledgesQuery).wave(other.id)).toMatchObject({ told: 2 });
    await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'opening-mail'`);
    await dataSource.query('DROP TRIGGER break_down ON pgboss.job');
    await dataSource.query('DROP FUNCTION break_down');
    // Two workers at once are as good as one.
    await Promise.all([site.get(Waves).tellDue(site.clock.now()), site.get(Waves).tellDue(site.clock.now())]);
    expect(await batch()).toEqual(addresses(0, 10));
    expect((await wholeWave()).flat().sort()).toEqual(addresses(10, 30));
  });

  test('forgets at once an address that has no mailbox', async () => {
    const token = await tokenOf('ada@lemmy.example');
    valueOf(await site.get(TellRequests).keepAddress({ address: 'refused@mailbox.example', token, campaignId: campaign.id }, 'en'));
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    await world.post();
    expect(await requests()).toMatchObject([{ sealed: null, addressHash: null, sentAt: null }]);
    site.clock.advance(HOUR);
    await site.get(OpeningMail).handOverAgain();
    expect(await site.database.dataSource.query(`SELECT FROM pgboss.job WHERE name = 'opening-mail'`)).toEqual([]);
  });

  test('tries again what the mail server did not take, and forgets every address after seven days', async () => {
    const token = await tokenOf('later@lemmy.example');
    valueOf(await site.get(TellRequests).keepAddress({ address: 'later@mailbox.example', token, campaignId: campaign.id }, 'en'));
    await world.mailers(campaign, 1);
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    const [refused, taken] = await requests();
    const deliver = (id = ''): Promise<void> => site.get(OpeningMail).deliver(id, site.get(Mailer));
    await expect(deliver(refused?.id)).rejects.toThrow('The mail server did not take a mail (451).');
    await deliver(taken?.id);
    await deliver(taken?.id);
    expect(mailServer.mails.map(recipientOf)).toEqual([addressOf(0)]);
    await site.database.dataSource.query(`DELETE FROM pgboss.job WHERE name = 'opening-mail'`);
    await site.get(OpeningMail).handOverAgain();
    const waiting = (): Promise<unknown[]> => site.database.dataSource.query(`SELECT data->>'id' AS id FROM pgboss.job WHERE name = 'opening-mail'`);
    expect(await waiting()).toEqual([]);
    site.clock.advance(HOUR);
    await site.get(OpeningMail).handOverAgain();
    await site.get(OpeningMail).handOverAgain();
    expect(await waiting()).toEqual([{ id: refused?.id }]);
    const pauses: number[] = [];
    for (let hours = 1; pauses.length < 5; hours += 1) {
      await site.database.dataSource.query(`DELETE FROM pgboss.job WHERE name = 'opening-mail'`);
      site.clock.advance(HOUR);
      await site.get(OpeningMail).handOverAgain();
      if ((await waiting()).length > 0) pauses.push(hours - pauses.reduce((sum, pause) => sum + pause, 0));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 12]);
    site.clock.advance(7 * DAY);
    await site.get(OpeningMail).forgetTold();
    expect((await requests()).map(({ sealed, addressHash }) => ({ sealed, addressHash }))).toEqual([
      { sealed: null, addressHash: null },
      { sealed: null, addressHash: null },
    ]);
    expect(await wishesOf(token)).toMatchObject([{ way: 'mail', address: null }]);
  });
});

test('an account is refused that hides its followers, or that is known as that of somebody else', async () => {
  const { dataSource } = site.database;
  const theirs = await addCampaign(dataSource, { now: site.clock.now(), fediverse: WRONG, x: null, dareKind: 'reach', target: 100 });
  await dataSource.query('UPDATE account SET tried_at = $1 WHERE id = $2', [site.clock.now(), theirs.fediverseAccount?.id]);
  await expect(world.record(campaign, WRONG)).rejects.toThrow('belongs-to-another');
  site.fediverse.fail(HANDLE, 'hidden');
  await expect(world.record(campaign, HANDLE)).rejects.toThrow('uncounted');
  site.fediverse.fail(HANDLE, null);
  expect(await world.campaign(campaign.id)).toMatchObject({ fediverseAccount: null });
  expect(await dataSource.query('SELECT * FROM wave')).toEqual([]);
});
