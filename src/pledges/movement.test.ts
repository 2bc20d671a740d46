import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { testKeyRing } from '../../test/support/key-ring.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startOfDay } from '../campaigns/local-day.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { KeptHow } from '../domain/pledge-lifecycle.ts';
import type { ProofMethod } from '../domain/proven-identity.ts';
import { SettableClock } from '../platform/clock.ts';
import { Invitations, isInvitationCode, type Invitation } from './invitations.service.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { PledgeFunnel } from './pledge-funnel.query.ts';
import { PledgeMovement } from './pledge-movement.query.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';

const clock = new SettableClock(new Date('2023-09-01T12:00:00Z'));
let database: TestDatabase;
let pledges: Pledges;
let proofs: PledgeProofs;
let counting: PledgeCounting;
let invitations: Invitations;
let open: OpenPledges;
let movement: PledgeMovement;
let query: PledgesQuery;
let id: string;
let slug: string;

beforeAll(async () => {
  database = await openTestDatabase();
  const { dataSource } = database;
  const ring = testKeyRing(dataSource);
  pledges = new Pledges(dataSource, clock, ring);
  counting = new PledgeCounting(dataSource, clock, ring);
  invitations = new Invitations(dataSource, ring);
  open = new OpenPledges(dataSource, ring);
  proofs = new PledgeProofs(dataSource, clock, ring, open);
  movement = new PledgeMovement(dataSource);
  query = new PledgesQuery(dataSource, ring);
});
afterAll(() => database.close());
beforeEach(async () => {
  clock.advance(DAY);
  ({ id, slug } = await addCampaign(database.dataSource, { now: clock.now() }));
});

async function pledge(handle: string): Promise<string> {
  const pledged = await pledges.pledge({ slug, handle, consent: true, showHandle: false });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function prove(token: string, handle: string, how: ProofMethod = 'mastodon'): Promise<void> {
  const [user = '', host = ''] = handle.split('@');
  const proven = await proofs.confirm(token, { handle: { user, host }, actorUri: `https://${host}/users/${user}`, how });
  expect(proven).toMatchObject({ ok: true });
}

async function keep(token: string, how: KeptHow = 'listed'): Promise<void> {
  expect(await proofs.keep(token, how)).toMatchObject({ ok: true });
}

describe('a supporter’s own link', () => {
  async function invitationOf(token: string): Promise<Invitation | null> {
    const pledge = await open.find(token);
    if (pledge === null) throw new Error('There is no such pledge.');
    return invitations.of(token, pledge);
  }

  async function linkOf(token: string): Promise<string> {
    await invitations.open(token);
    return (await invitationOf(token))?.code ?? '';
  }

  test('counts each pledge that is new, once', async () => {
    const inviter = await pledge('ada@one.example');
    expect(await invitationOf(inviter)).toBeNull();
    const code = await linkOf(inviter);
    expect(isInvitationCode(code)).toBe(true);
    for (const handle of ['bob@two.example', 'eve@two.example']) await invitations.credit(code, await pledge(handle));
    // A repeated pledge, the inviter's own and those to another campaign bring nobody.
    await invitations.credit(code, await pledge('BOB@two.example'));
    await invitations.credit(code, await pledge('ada@one.example'));
    await invitations.credit(code, inviter);
    expect(await invitationOf(inviter)).toEqual({ code, brought: 2 });
    ({ id, slug } = await addCampaign(database.dataSource, { now: clock.now() }));
    await invitations.credit(code, await pledge('new@two.example'));
    expect(await invitationOf(inviter)).toEqual({ code, brought: 2 });
  });

  test('says of nobody by whose link they came', async () => {
    const code = await linkOf(await pledge('ada@one.example'));
    const newcomer = await pledge('bob@two.example');
    const rows = async (): Promise<unknown> => database.dataSource.query(`SELECT to_jsonb(pledge) AS row FROM pledge WHERE campaign_id = $1 ORDER BY id`, [id]);
    const before = await rows();
    await invitations.credit(code, newcomer);
    expect(await rows()).toEqual(before);
    const kept = JSON.stringify(await database.dataSource.query('SELECT * FROM pledge_invitation'));
    expect(kept).not.toContain(code);
    const [, ...columns] = Object.keys((await database.dataSource.query<object[]>('SELECT * FROM pledge_invitation'))[0] ?? {});
    expect(columns).toEqual(['code_hash', 'brought']);
  });

  test('that nobody has counts nothing', async () => {
    const token = await pledge('ada@one.example');
    await invitations.credit('abcdefghijkl', token);
    await invitations.open('x'.repeat(32));
    expect(await invitationOf(token)).toBeNull();
    expect(await database.dataSource.query('SELECT FROM pledge_invitation WHERE pledge_id IN (SELECT id FROM pledge WHERE campaign_id = $1)', [id])).toEqual([]);
  });

  test.each([[undefined], [['abcdefghijkl']], ['abcdefghijk'], ['abcdefghijk"'], ['abcdefghijklm']])('%j is no code', (text) =>
    expect(isInvitationCode(text)).toBe(false));
});

describe('on the campaign’s page', () => {
  test('newcomers are those since midnight where the campaign is', async () => {
    clock.set(new Date('2023-10-05T21:59:00Z'));
    await pledge('ada@one.example');
    clock.advance(2 * MINUTE);
    await pledge('bob@one.example');
    await pledge('bob@one.example');
    const midnight = startOfDay('Europe/Paris', clock.now());
    expect(midnight).toEqual(new Date('2023-10-05T22:00:00Z'));
    expect(await movement.newcomers(id, midnight)).toBe(1);
    expect(await movement.newcomers(id, new Date(midnight.getTime() - HOUR))).toBe(2);
  });

  test('a server is named from five supporters up who were proven or seen, and not by typing', async () => {
    const handles = Array.from({ length: 5 }, (_, n) => `p${n}@one.example`);
    const tokens = await Promise.all(handles.map(pledge));
    await Promise.all(Array.from({ length: 9 }, (_, n) => pledge(`q${n}@typed.example`)));
    const numbers = async () => {
      clock.advance(MINUTE);
      await counting.count();
      return (await query.numbers([id])).get(id);
    };
    for (const [n, handle] of handles.slice(0, 3).entries()) await prove(tokens[n] ?? '', handle);
    await keep(tokens[3] ?? '');
    expect(await numbers()).toMatchObject({ total: 14, verified: 3, kept: 1, serverCount: 2, servers: [] });
    await keep(tokens[4] ?? '');
    expect(await numbers()).toMatchObject({ servers: [{ host: 'one.example', count: 5 }] });
  });
});

test('a campaigner’s funnel keeps those who left, by their own days, and nobody else’s promises', async () => {
  const funnel = new PledgeFunnel(database.dataSource);
  clock.set(new Date('2023-11-05T22:30:00Z'));
  const handles = Array.from({ length: 8 }, (_, n) => `p${n}@one.example`);
  const tokens = await Promise.all(handles.map(pledge));
  for (const [n, handle] of handles.slice(0, 6).entries()) await prove(tokens[n] ?? '', handle);
  for (const token of tokens.slice(0, 5)) await keep(token);
  clock.set(new Date('2023-11-05T23:30:00Z'));
  await Promise.all(Array.from({ length: 6 }, (_, n) => pledge(`q${n}@two.example`)));
  // A repeated pledge is nobody's.
  await pledge('q0@two.example');
  await new PledgeUpkeep(database.dataSource, clock).expire();
  clock.advance(8 * DAY);
  await new PledgeUpkeep(database.dataSource, clock).expire();
  const none = { proven: 0, followed: 0, following: 0 };
  expect(await funnel.of(id, 'Europe/Paris')).toEqual({
    all: { pledged: 14, proven: 6, followed: 5, following: 5 },
    waiting: 0,
    days: [
      { day: '2023-11-06', counts: { pledged: 6, ...none } },
      { day: '2023-11-05', counts: { pledged: 8, proven: 6, followed: 5, following: 5 } },
    ],
    proofs: [
      { proof: 'mastodon', counts: { pledged: 6, proven: 6, followed: 5, following: 5 } },
      { proof: 'none', counts: { pledged: 8, ...none } },
    ],
  });
  expect((await funnel.of(id, 'UTC')).days).toMatchObject([{ day: '2023-11-05', counts: { pledged: 14 } }]);
});
