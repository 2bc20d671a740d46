import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import request from 'supertest';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { json, TestWorld, type Answer, type Asked, type TestServer } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/durations.ts';
import { nextDeliveryAt } from '../domain/webhook-retries.ts';
import { CampaignLifecycle } from './campaign-lifecycle.service.ts';
import { CampaignOwners } from './campaign-owners.service.ts';
import { CampaignProgress } from './campaign-progress.service.ts';
import type { Campaign } from './campaign.entity.ts';
import { WebhookDeliveries } from './webhook-deliveries.service.ts';
import { TOLD_ANSWERS, WebhookDelivery } from './webhook-delivery.entity.ts';
import { webhookHeaders, newWebhookSecret } from './webhook-signature.ts';
import { Webhooks } from './webhooks.service.ts';

/** Takes what it is sent, and answers as it is told to. */
class Listener implements TestServer {
  readonly accountDomain: string;
  readonly people = [];
  readonly heard: Asked[] = [];
  status = 204;

  constructor(readonly host: string) {
    this.accountDomain = host;
  }

  answer(asked: Asked): Answer {
    this.heard.push(asked);
    return this.status === 204 ? { status: 204, headers: {}, body: '' } : json({}, this.status);
  }
}

let world: TestWorld;
let site: TestSite;
let listener: Listener;
let campaign: Campaign;
let page: string;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  listener = world.add(new Listener('hooks.example'));
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address } });
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  const { dataSource } = site.database;
  listener.heard.length = 0;
  listener.status = 204;
  site.clock.advance(HOUR);
  const n = (await dataSource.query<unknown[]>('SELECT FROM campaign')).length;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), fediverse: `somebody${n}@social.example`, x: `somebody${n}` });
  page = `/account/${await dataSource.transaction((manager) => site.get(CampaignOwners).add(manager, campaign, null, 'en'))}/hooks`;
});

async function add(url = 'https://hooks.example/chiche?key=word'): Promise<string> {
  const added = await site.get(Webhooks).add(campaign.id, url);
  if (!added.ok) throw new Error(added.error.type);
  return added.value.secret;
}

async function happen(fediverse = 2_900): Promise<void> {
  const at = site.clock.now().toISOString();
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[at, fediverse]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[at, 5_850]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? '']);
  await site.get(Webhooks).plan(campaign.id);
}

/** Delivers what waits and is due, as a worker does. */
async function deliver(): Promise<void> {
  const waiting = await site.database.dataSource.getRepository(WebhookDelivery).find({ where: { state: 'waiting', webhook: { campaign: { id: campaign.id } } }, order: { id: 'ASC' } });
  for (const { id, nextAt } of waiting) if (nextAt !== null && nextAt <= site.clock.now()) await site.get(WebhookDeliveries).deliver(id);
}

/** A moderator takes the page down, or puts it back. */
async function hide(hidden: boolean): Promise<void> {
  await site.database.dataSource.transaction((manager) => site.get(CampaignLifecycle).setHidden(manager, campaign.id, hidden));
}

async function show(): Promise<string> {
  return (await request(site.url).get(page).set('accept-language', 'en')).text;
}

describe('a webhook', () => {
  test('is told of each milestone once, signed so that anybody with the secret can verify it', async () => {
    const secret = await add();
    await happen();
    await site.get(Webhooks).plan(campaign.id);
    await deliver();
    await deliver();
    expect(listener.heard).toHaveLength(1);
    const [{ headers, fields }] = listener.heard as [Asked];
    // The verifier refuses what is old by its own clock.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(site.clock.now().getTime());
    const verified = new Verifier(secret).verify(JSON.stringify(fields), headers as Record<string, string>);
    clock.mockRestore();
    expect(verified).toEqual({
      type: 'campaign.milestone',
      timestamp: site.clock.now().toISOString(),
      data: { campaign: { slug: campaign.slug, title: campaign.title, url: `${site.url}/c/${campaign.slug}` }, milestone: { kind: 'launched', at: site.clock.now().toISOString(), value: 2_900 } },
    });
    expect(await show()).toMatch(/<strong>The dare is on<\/strong> · accepted · 204/);
  });

  test('that answers no is tried again ever later with the same id, and left alone after days of it', async () => {
    await add();
    await happen();
    listener.status = 500;
    await deliver();
    expect(await show()).toContain('we keep trying');
    for (let hour = 0; hour < 60; hour += 1) {
      site.clock.advance(HOUR);
      await deliver();
    }
    expect(listener.heard).toHaveLength(9);
    expect(new Set(listener.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await show()).toContain('given up');
    site.clock.advance(4 * DAY);
    await happen(4_500);
    await deliver();
    const shown = await show();
    expect(shown).toContain('Disabled');
    listener.status = 204;
    site.clock.advance(HOUR);
    await happen(5_000);
    await deliver();
    expect(listener.heard).toHaveLength(10);
    const test = /action="([^"]+\/test)"/.exec(shown)?.[1] ?? '';
    expect((await request(site.url).post(test)).headers['location']).toBe(`${page}?said=tested`);
    await deliver();
    expect(listener.heard.at(-1)?.fields).toMatchObject({ type: 'test' });
    expect(await show()).toContain('All is well');
  });

  test('whose address is gone for good is left alone at once', async () => {
    await add();
    await happen();
    listener.status = 410;
    await deliver();
    expect(await show()).toContain('Disabled: the address said that it is gone.');
    expect(await show()).toMatch(/left alone · 410: the address is gone/);
    expect(await show()).not.toContain('given up');
  });

  test('is sent nothing of a hidden campaign, nor later what happened before it was shown again', async () => {
    await add();
    listener.status = 500;
    await happen();
    await deliver();
    expect(listener.heard).toHaveLength(1);
    site.clock.advance(SECOND);
    await happen(4_500);
    await hide(true);
    expect(await show()).toContain('page is hidden: nothing is sent');
    expect(await show()).not.toContain('next try');
    site.clock.advance(HOUR);
    listener.status = 204;
    await deliver();
    expect(listener.heard).toHaveLength(1);
    expect((await show()).match(/not sent · the campaign’s page is hidden/g)).toHaveLength(2);
    await happen(5_200);
    site.clock.advance(HOUR);
    await hide(false);
    await site.get(Webhooks).plan(campaign.id);
    await deliver();
    expect(listener.heard).toHaveLength(1);
    site.clock.advance(HOUR);
    await happen(6_000);
    await deliver();
    expect(listener.heard.map(({ fields }) => fields).slice(1)).toMatchObject([{ data: { milestone: { kind: 'crossed' } } }]);
  });

  test('gets what the queue lost, once and not twice at the same time', async () => {
    const { dataSource } = site.database;
    const queued = (): Promise<{ id: string }[]> => dataSource.query(`SELECT data->>'id' AS id FROM pgboss.job WHERE name = 'webhook'`);
    await dataSource.query('DELETE FROM webhook_delivery');
    await add();
    await happen();
    const [{ id }] = await dataSource.getRepository(WebhookDelivery).find({ where: { webhook: { campaign: { id: campaign.id } } } }) as [WebhookDelivery];
    await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'webhook'`);
    await site.get(WebhookDeliveries).handOverAgain();
    expect(await queued()).toEqual([]);
    site.clock.advance(10 * MINUTE);
    await site.get(WebhookDeliveries).handOverAgain();
    await site.get(WebhookDeliveries).handOverAgain();
    expect(await queued()).toEqual([{ id }]);
    await Promise.all([1, 2, 3].map(() => site.get(WebhookDeliveries).deliver(id)));
    expect(listener.heard).toHaveLength(1);
    await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'webhook'`);
    site.clock.advance(DAY);
    await site.get(WebhookDeliveries).handOverAgain();
    expect(await queued()).toEqual([]);
  });

  test('gets what a worker had when it died, minutes later', async () => {
    await add();
    await happen();
    const { dataSource } = site.database;
    const [{ id }] = await dataSource.getRepository(WebhookDelivery).find({ where: { webhook: { campaign: { id: campaign.id } } } }) as [WebhookDelivery];
    jest.spyOn(site.get(Webhooks), 'open').mockRejectedValueOnce(new Error('died'));
    await expect(site.get(WebhookDeliveries).deliver(id)).rejects.toThrow('died');
    await site.get(WebhookDeliveries).deliver(id);
    expect(listener.heard).toHaveLength(0);
    site.clock.advance(10 * MINUTE);
    await site.get(WebhookDeliveries).deliver(id);
    expect(listener.heard).toHaveLength(1);
  });

  test.each(['en', 'fr'] as const)('has words in %s for whatever comes of a message', async (language) => {
    await add();
    await happen();
    const deliveries = site.database.dataSource.getRepository(WebhookDelivery);
    const [{ id }] = await deliveries.find({ where: { webhook: { campaign: { id: campaign.id } } } }) as [WebhookDelivery];
    const told = new Set<string>();
    for (const answer of [...TOLD_ANSWERS, '301', '500']) {
      await deliveries.update({ id }, { answer, state: 'failed', nextAt: null });
      const [, words = ''] = /<\/strong> · ([^<]+?)\s*</.exec((await request(site.url).get(page).set('accept-language', language)).text) ?? [];
      expect(words.split(' · ')).toHaveLength(2);
      told.add(words);
    }
    expect(told.size).toBe(TOLD_ANSWERS.length + 2);
  });

  test('knows nothing of what happened before it was made, and nothing any more once it was removed', async () => {
    await happen();
    site.clock.advance(HOUR);
    await add();
    await site.get(Webhooks).plan(campaign.id);
    await deliver();
    expect(listener.heard).toHaveLength(0);
    await happen(4_500);
    const remove = /action="([^"]+\/remove)"/.exec(await show())?.[1] ?? '';
    await request(site.url).post(remove);
    await deliver();
    expect(listener.heard).toHaveLength(0);
  });

  test('has its secret shown once, and its address kept where nobody reads it', async () => {
    const made = await request(site.url).post(page).type('form').set('accept-language', 'en').send({ url: 'https://hooks.example/chiche?key=word' });
    const secret = /data-copy="(whsec_[^"]+)"/.exec(made.text)?.[1] ?? '';
    expect(secret).not.toBe('');
    expect(await show()).not.toContain('whsec_');
    const rows = JSON.stringify(await site.database.dataSource.query('SELECT * FROM webhook'));
    expect(rows).not.toContain('hooks.example');
    expect(rows).not.toContain(secret);
  });

  test.each(['http://hooks.example/', 'https://127.0.0.1/', 'https://hooks.example:8443/', 'https://user:word@hooks.example/', 'hooks.example', 'https://[::1]/'])(
    'is not at %s',
    async (url) => {
      const refused = await request(site.url).post(page).type('form').set('accept-language', 'en').send({ url });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('Type an https:// address');
      expect(refused.text).toContain(`value="${url}"`);
    },
  );

  test('is one of five at most', async () => {
    for (let n = 0; n < 5; n += 1) await add();
    expect(await site.get(Webhooks).add(campaign.id, 'https://hooks.example/')).toEqual({ ok: false, error: { type: 'too-many' } });
  });
});

test('a signature holds for one body, one id and one time', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.json(), fc.json(), (id, body, other) => {
      const secret = newWebhookSecret();
      const headers = webhookHeaders({ id, at: new Date(), body, secret });
      const verifier = new Verifier(secret);
      expect(() => verifier.verify(body, headers)).not.toThrow();
      if (other !== body) expect(() => verifier.verify(other, headers)).toThrow();
      expect(() => verifier.verify(body, { ...headers, 'webhook-id': `${id}x` })).toThrow();
    }),
  );
});

test('waits for the next attempt grow, and end', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => nextDeliveryAt(attempts, new Date(0))?.getTime() ?? 0);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(nextDeliveryAt(9, new Date(0))).toBeNull();
});
