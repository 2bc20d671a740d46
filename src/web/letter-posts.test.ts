import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Like } from 'typeorm';
import { v7 as newId } from 'uuid';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { MastodonServer } from '../../test/support/servers/mastodon-server.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignProgress, MILESTONES_QUEUE } from '../campaigns/campaign-progress.service.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { Correspondence } from '../campaigns/correspondence.service.ts';
import type { LetterEvent } from '../campaigns/letter-event.entity.ts';
import type { LetterEventFields } from '../campaigns/letter-fields.ts';
import { dayIn } from '../campaigns/local-day.ts';
import { WebhookDeliveries } from '../campaigns/webhook-deliveries.service.ts';
import { WebhookDelivery } from '../campaigns/webhook-delivery.entity.ts';
import { Webhooks } from '../campaigns/webhooks.service.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { LetterDecisions, type LetterDecision } from '../moderation/letter-decisions.service.ts';
import { Publications } from '../posts/publications.service.ts';
import { Publishing } from '../posts/publishing.service.ts';
import { defaultWishes } from '../posts/publishing-wishes.entity.ts';

const BOT_HOST = 'bots.example';

let world: TestWorld;
let server: MastodonServer;
let site: TestSite;
let moderator: StaffMember;
let campaign: Campaign;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  server = world.add(new MastodonServer(world, BOT_HOST));
  const token = server.giveToken(server.addPerson('chiche'), ['profile', 'write:statuses', 'write:media']);
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address, BOT_URL: `https://${BOT_HOST}`, BOT_ACCESS_TOKEN: token } });
  moderator = await new ModerationWorld(site.database.dataSource, site.clock).staff('Ada');
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  const { dataSource } = site.database;
  await dataSource.query(`DELETE FROM pgboss.job WHERE name = $1`, [MILESTONES_QUEUE]);
  site.clock.advance(3 * DAY);
  const n = (await dataSource.query<unknown[]>('SELECT FROM campaign')).length;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), fediverse: `somebody${n}@social.example`, x: `somebody${n}`, language: 'en' });
  await site.get(Publications).wish(campaign, { ...defaultWishes(campaign), quietFrom: 0, quietUntil: 0, perDay: 24 });
  expect(await site.get(Webhooks).add(campaign.id, 'https://hooks.example/chiche')).toMatchObject({ ok: true });
  const at = site.clock.now().toISOString();
  await addReadings(dataSource, campaign.fediverseAccount, [[at, 2_900]]);
  await addReadings(dataSource, campaign.xAccount, [[at, 5_850]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? '']);
  site.clock.advance(HOUR);
});

/** What the campaigner writes down, on today's date unless told. */
async function note(step: LetterEvent['step'], { day = today(), replaces = null as string | null } = {}): Promise<LetterEvent> {
  const fields = { step, day, way: step === 'sent' ? 'email' : null, summary: null, link: null } as LetterEventFields;
  const written = await site.get(Correspondence).report(campaign.id, step === 'withdrawn' ? null : fields, newId(), replaces);
  if (!written.ok) throw new Error(written.error.type);
  return written.value;
}

async function decide({ id }: LetterEvent, decision: LetterDecision): Promise<void> {
  const decided = await site.get(LetterDecisions).decide(moderator, id, decision);
  if (!decided.ok) throw new Error(decided.error.type);
}

function today(): string {
  return dayIn(campaign.timeZone)(site.clock.now());
}

/** What workers do once they are told that something happened. */
async function tell(): Promise<void> {
  await site.get(Publications).plan(campaign.id);
  await site.get(Webhooks).plan(campaign.id);
  await site.get(Publishing).publishDue(async () => 0, new AbortController().signal);
}

async function waitingJobs(): Promise<number> {
  return (await site.database.dataSource.query<unknown[]>(`SELECT FROM pgboss.job WHERE name = $1 AND state = 'created'`, [MILESTONES_QUEUE])).length;
}

function posts(): string[] {
  return server.posts.all.map(({ text }) => text).filter((text) => text.includes(`/c/${campaign.slug}#letter-`));
}

async function hooked(): Promise<string[]> {
  const deliveries = await site.database.dataSource.getRepository(WebhookDelivery).find({ where: { webhook: { campaign: { id: campaign.id } } }, order: { id: 'ASC' } });
  return deliveries.map(({ occasion }) => occasion).filter((occasion) => occasion.startsWith('letter-'));
}

async function ledger(): Promise<Record<string, string>> {
  const rows = await site.get(Publications).list(campaign.id);
  return Object.fromEntries(rows.map(({ occasion, state, reason }) => [occasion, reason === null ? state : `${state} ${reason}`]));
}

describe('bots and webhooks', () => {
  test('tell once that the letter was sent, however often it is corrected', async () => {
    const sent = await note('sent');
    expect(await waitingJobs()).toBe(1);
    await tell();
    expect(posts()).toMatchObject([expect.stringMatching(/^Letter sent to the institution\n\n[^]*#letter-sent-\d{4}-\d\d-\d\d/)]);
    const occasion = `letter-sent-${today()}`;
    expect(await hooked()).toEqual([occasion]);
    site.clock.advance(DAY);
    await note('sent', { replaces: sent.id });
    await tell();
    expect(posts()).toHaveLength(1);
    expect(await hooked()).toEqual([occasion]);
  });

  test('tell an answer once a moderator has confirmed it, days later, and not before', async () => {
    const answered = await note('answered');
    await tell();
    expect([posts(), await hooked()]).toEqual([[], []]);
    await site.database.dataSource.query(`DELETE FROM pgboss.job WHERE name = $1`, [MILESTONES_QUEUE]);
    site.clock.advance(5 * DAY);
    await decide(answered, { action: 'confirm', reason: null });
    expect(await waitingJobs()).toBe(1);
    await tell();
    await tell();
    expect(posts()).toHaveLength(1);
    expect(posts()[0]).toMatch(/answer/i);
    expect(posts()[0]).not.toContain('@');
    expect(await hooked()).toEqual([answered].map(({ day }) => `letter-answered-${day}`));
  });

  test('tell an answer that took a moderator a month to confirm, also to a webhook that was made meanwhile', async () => {
    const answered = await note('answered');
    site.clock.advance(30 * DAY);
    expect(await site.get(Webhooks).add(campaign.id, 'https://hooks.example/later')).toMatchObject({ ok: true });
    site.clock.advance(MINUTE);
    await decide(answered, { action: 'confirm', reason: null });
    await tell();
    expect(posts()).toHaveLength(1);
    const occasion = `letter-answered-${answered.day}`;
    expect(await hooked()).toEqual([occasion, occasion]);
  });

  test('call what was corrected by its first day, and tell it no webhook that was made later', async () => {
    site.clock.advance(DAY);
    const answered = await note('answered');
    await decide(answered, { action: 'confirm', reason: null });
    site.clock.advance(DAY);
    expect(await site.get(Webhooks).add(campaign.id, 'https://hooks.example/later')).toMatchObject({ ok: true });
    site.clock.advance(MINUTE);
    const fields = { step: 'answered', way: null, day: dayIn(campaign.timeZone)(new Date(site.clock.now().getTime() - 2 * DAY)), summary: null, link: null } as const;
    await decide(answered, { action: 'correct', fields, reason: null });
    await tell();
    const occasion = `letter-answered-${answered.day}`;
    expect(await hooked()).toEqual([occasion]);
    expect(posts()).toEqual([expect.stringContaining(`#${occasion}`)]);
  });

  test('do not tell what a moderator hid before it went out', async () => {
    const answered = await note('answered');
    await decide(answered, { action: 'confirm', reason: null });
    await site.get(Publications).plan(campaign.id);
    await decide(answered, { action: 'hide', reason: 'It was a receipt.' });
    await tell();
    expect(posts()).toEqual([]);
    expect(await ledger()).toMatchObject({ [`letter-answered-${answered.day}`]: 'skipped withdrawn' });
    expect(await hooked()).toEqual([]);
  });

  test('tell no webhook what a moderator hid, or the campaigner took back, while it waited to be delivered', async () => {
    const sent = await note('sent');
    const answered = await note('answered');
    await decide(answered, { action: 'confirm', reason: null });
    await tell();
    await note('withdrawn', { replaces: sent.id });
    await decide(answered, { action: 'hide', reason: 'It was a receipt.' });
    const deliveries = site.database.dataSource.getRepository(WebhookDelivery);
    const waiting = await deliveries.findBy({ webhook: { campaign: { id: campaign.id } }, occasion: Like('letter-%') });
    expect(waiting).toHaveLength(2);
    for (const { id } of waiting) await site.get(WebhookDeliveries).deliver(id);
    const after = await deliveries.findBy({ webhook: { campaign: { id: campaign.id } }, occasion: Like('letter-%') });
    expect(after).toMatchObject([{ state: 'failed', answer: 'withdrawn', attempts: 0 }, { state: 'failed', answer: 'withdrawn', attempts: 0 }]);
  });

  test('tell a webhook what a moderator confirmed after the page was shown again, and not what was known before', async () => {
    await note('sent');
    const answered = await note('answered');
    for (const hidden of [true, false]) {
      site.clock.advance(HOUR);
      await site.database.dataSource.transaction((manager) => site.get(CampaignLifecycle).setHidden(manager, campaign.id, hidden, null));
    }
    site.clock.advance(MINUTE);
    await decide(answered, { action: 'confirm', reason: null });
    await tell();
    const deliveries = site.database.dataSource.getRepository(WebhookDelivery);
    const letters = { where: { webhook: { campaign: { id: campaign.id } }, occasion: Like('letter-%') }, order: { id: 'ASC' } } as const;
    for (const { id } of await deliveries.find(letters)) await site.get(WebhookDeliveries).deliver(id);
    expect(await deliveries.find(letters)).toMatchObject([
      { occasion: `letter-sent-${today()}`, state: 'failed', answer: 'hidden', attempts: 0 },
      { occasion: `letter-answered-${today()}`, state: 'waiting', attempts: 1 },
    ]);
  });

  test('do not tell what the campaigner took back', async () => {
    const sent = await note('sent');
    await site.get(Publications).plan(campaign.id);
    await note('withdrawn', { replaces: sent.id });
    await tell();
    expect([posts(), await hooked()]).toEqual([[], []]);
  });

  test('tell that the institution agreed, and nothing else any more', async () => {
    const sent = await note('sent');
    const agreed = await note('agreed');
    await site.get(Publications).plan(campaign.id);
    site.clock.advance(MINUTE);
    await decide(agreed, { action: 'confirm', reason: null });
    await tell();
    expect(posts()).toMatchObject([expect.stringContaining(`#letter-agreed-${agreed.day}`)]);
    expect(posts()[0]).toMatch(/^The institution said yes\n\n/);
    expect(await ledger()).toEqual({ 'launched': 'skipped over', [`letter-sent-${sent.day}`]: 'skipped over', [`letter-agreed-${agreed.day}`]: 'sent' });
    expect(await hooked()).toEqual([`letter-sent-${sent.day}`, `letter-agreed-${agreed.day}`]);
  });

  test('tell months later that a promise was not kept', async () => {
    const agreed = await note('agreed');
    await decide(agreed, { action: 'confirm', reason: null });
    await tell();
    site.clock.advance(90 * DAY);
    await decide(agreed, { action: 'break', reason: 'Nothing came of it.' });
    await tell();
    expect(posts().map((text) => /#(letter-[a-z]+)-/.exec(text)?.[1])).toEqual(['letter-agreed', 'letter-broken']);
    expect(await hooked()).toEqual([`letter-agreed-${agreed.day}`, `letter-broken-${agreed.day}`]);
  });
});
