import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { valueOf } from '../../test/support/value-of.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import { CampaignMail } from '../campaigns/campaign-mail.service.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { CampaignProgress, MILESTONES_QUEUE } from '../campaigns/campaign-progress.service.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import type { Account } from '../institutions/account.entity.ts';
import { InstitutionsQuery } from '../institutions/institutions.query.ts';
import { SettableClock } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { createLog } from '../platform/log.ts';
import { Mailer } from '../platform/mailer.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Queue } from '../platform/queue.ts';
import { ClaimStandings } from '../readings/claim-standing.query.ts';
import { EvidenceStore } from '../readings/evidence.service.ts';
import { Proposals } from '../readings/proposals.service.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { Readings } from '../readings/readings.service.ts';
import { CampaignReviewQuery } from './campaign-review.query.ts';
import { Claims } from './claims.service.ts';
import { DecisionLog } from './decision-log.query.ts';
import { Decision } from './decision.entity.ts';
import { Moderation, type CampaignDecision } from './moderation.service.ts';
import { ModerationQuery } from './moderation.query.ts';
import { ReadingDecisions } from './reading-decisions.service.ts';
import { ReadingReviewQuery } from './reading-review.query.ts';
import { Report } from './report.entity.ts';
import { Reports } from './reports.service.ts';

const START = new Date('2026-11-22T12:00:00Z');

let db: TestDatabase;
let jobs: Queue;
let clock: SettableClock;
let world: ModerationWorld;
let moderation: Moderation;
let evidence: EvidenceStore;
let readingDecisions: ReadingDecisions;
let readingReview: ReadingReviewQuery;
let review: CampaignReviewQuery;
let log: DecisionLog;
let claims: Claims;
let http: GuardedHttp;
let camille: StaffMember;
let dominique: StaffMember;

beforeAll(async () => {
  db = await openTestDatabase();
  http = createGuardedHttp({ userAgent: 'test', privateNetwork: 'forbidden' });
  clock = new SettableClock(START);
  world = new ModerationWorld(db.dataSource, clock);
  camille = await world.staff('camille');
  dominique = await world.staff('dominique');
  jobs = new Queue(db.dataSource, createLog('silent'));
  await jobs.start([MILESTONES_QUEUE]);
});
afterAll(async () => {
  await jobs.stop();
  await http.close();
  await db.close();
});

beforeEach(() => {
  clock.set(START);
  const config = valueOf(readConfig({}));
  const owners = new CampaignOwners(db.dataSource, clock, config);
  const mail = new CampaignMail(db.dataSource, owners, jobs, new Mailer(config), config);
  const lifecycle = new CampaignLifecycle(db.dataSource, clock, mail);
  const pages = new PageCache(clock, () => 'fr');
  moderation = new Moderation(db.dataSource, clock, lifecycle, pages);
  const readingsQuery = new ReadingsQuery(db.dataSource);
  const progress = new CampaignProgress(db.dataSource, clock, readingsQuery, new ReadingSchedule(db.dataSource), lifecycle, jobs);
  evidence = new EvidenceStore(db.dataSource, clock, { publicUrl: 'https://chiche.example' });
  const proposals = new Proposals(db.dataSource, clock, new Readings(clock), evidence);
  readingDecisions = new ReadingDecisions(db.dataSource, clock, proposals, progress, pages);
  log = new DecisionLog(db.dataSource);
  claims = new Claims(db.dataSource, clock);
  readingReview = new ReadingReviewQuery(db.dataSource, log, claims, new ClaimStandings(db.dataSource), progress);
  review = new CampaignReviewQuery(db.dataSource, new InstitutionsQuery(db.dataSource), readingsQuery, log, claims);
});

/** The campaign as it is now. */
async function now({ id }: Campaign): Promise<Campaign> {
  return db.dataSource.getRepository(Campaign).findOneByOrFail({ id });
}

/** A decision on the campaign as it is now. */
async function decide(campaign: Campaign, decision: CampaignDecision, by = camille) {
  clock.advance(MINUTE);
  return moderation.decideCampaign(by, campaign.id, (await now(campaign)).changedAt, decision);
}

async function decisionsOn(subjectId: string): Promise<number> {
  return db.dataSource.getRepository(Decision).countBy({ subjectId });
}

describe('a decision on a campaign', () => {
  test('changes its state and says in the log who, when, before and after', async () => {
    const campaign = await world.campaign();
    expect(await decide(campaign, { action: 'approve', reason: null })).toEqual({ ok: true, value: null });
    expect((await now(campaign)).state).toBe('approved');
    expect(await log.historyOf(campaign.id)).toMatchObject([
      {
        by: 'camille',
        action: 'approve',
        at: new Date('2026-11-22T12:01:00Z'),
        changes: [{ field: 'state', before: 'submitted', after: 'approved' }],
      },
    ]);
  });

  test.each(['ask_changes', 'reject', 'hide', 'close'] as const)('%s needs the reason that the campaigner reads', async (action) => {
    const campaign = await world.campaign({ state: action === 'hide' || action === 'close' ? 'live' : 'submitted' });
    expect(await decide(campaign, { action, reason: null })).toEqual({ ok: false, error: { type: 'reason-missing' } });
    expect(await decide(campaign, { action, reason: 'Sans source.' })).toEqual({ ok: true, value: null });
    expect(await log.historyOf(campaign.id)).toMatchObject([{ action, reason: 'Sans source.' }]);
  });

  test('is refused when the campaign is not what the moderator looked at', async () => {
    const campaign = await world.campaign();
    const shown = campaign.changedAt;
    await decide(campaign, { action: 'edit', text: { title: 'Un autre titre' }, reason: null }, dominique);
    expect(await moderation.decideCampaign(camille, campaign.id, shown, { action: 'approve', reason: null })).toEqual({
      ok: false,
      error: { type: 'changed-since-shown' },
    });
    expect((await now(campaign)).state).toBe('submitted');
  });

  test('of two at once is one', async () => {
    const campaign = await world.campaign();
    clock.advance(MINUTE);
    const both = await Promise.all([
      moderation.decideCampaign(camille, campaign.id, campaign.changedAt, { action: 'approve', reason: null }),
      moderation.decideCampaign(dominique, campaign.id, campaign.changedAt, { action: 'reject', reason: 'Non.' }),
    ]);
    expect(both.filter((result) => result.ok)).toHaveLength(1);
    expect(await decisionsOn(campaign.id)).toBe(1);
  });

  test('that the life cycle refuses leaves nothing in the log', async () => {
    const campaign = await world.campaign({ state: 'live' });
    expect(await decide(campaign, { action: 'approve', reason: null })).toEqual({
      ok: false,
      error: { type: 'not-allowed', state: 'live', action: 'approve' },
    });
    expect(await decide(campaign, { action: 'unhide', reason: null })).toMatchObject({ ok: false });
    expect(await decisionsOn(campaign.id)).toBe(0);
  });

  test('that breaks half-way changes nothing', async () => {
    const campaign = await world.campaign();
    const stranger = { ...camille, id: '0199e9f0-0000-7000-8000-000000000000' };
    await expect(decide(campaign, { action: 'approve', reason: null }, stranger)).rejects.toThrow();
    expect((await now(campaign)).state).toBe('submitted');
    expect(await decisionsOn(campaign.id)).toBe(0);
  });

  test('edits words, and is no decision when they are the same', async () => {
    const campaign = await world.campaign();
    expect(await decide(campaign, { action: 'edit', text: { title: campaign.title }, reason: null })).toEqual({
      ok: false,
      error: { type: 'nothing-changed' },
    });
    await decide(campaign, { action: 'edit', text: { title: 'Un titre juste', story: campaign.story }, reason: 'faute' });
    expect((await now(campaign)).title).toBe('Un titre juste');
    expect((await log.historyOf(campaign.id))[0]?.changes).toEqual([
      { field: 'title', before: campaign.title, after: 'Un titre juste' },
    ]);
  });

  test('hides a public page and shows it again', async () => {
    const campaign = await world.campaign({ state: 'live' });
    await decide(campaign, { action: 'hide', reason: 'Le temps de vérifier.' });
    expect((await now(campaign)).hiddenAt).not.toBeNull();
    await decide(campaign, { action: 'unhide', reason: null });
    expect((await now(campaign)).hiddenAt).toBeNull();
  });

  test('on a campaign that is not there is told so', async () => {
    const nowhere = '0199e9f0-0000-7000-8000-000000000000';
    expect(await moderation.decideCampaign(camille, nowhere, START, { action: 'approve', reason: null })).toEqual({
      ok: false,
      error: { type: 'not-found' },
    });
  });
});

describe('the log', () => {
  test('is append-only, whoever asks', async () => {
    const campaign = await world.campaign();
    await decide(campaign, { action: 'approve', reason: null });
    const decisions = db.dataSource.getRepository(Decision);
    await expect(decisions.update({ subjectId: campaign.id }, { action: 'reject' })).rejects.toThrow('append-only');
    await expect(decisions.delete({ subjectId: campaign.id })).rejects.toThrow('append-only');
    await expect(db.dataSource.query('TRUNCATE decision')).rejects.toThrow('append-only');
    expect(await decisionsOn(campaign.id)).toBe(1);
  });

  test('is read by pages, by subject, by person and by action', async () => {
    const campaign = await world.campaign({ state: 'live' });
    for (let time = 0; time < 16; time += 1) {
      await decide(campaign, { action: 'hide', reason: 'Vérification.' }, dominique);
      await decide(campaign, { action: 'unhide', reason: null }, dominique);
    }
    const all = await log.page({ subject: null, by: 'dominique', action: '' }, 1);
    expect(all).toMatchObject({ page: 1, pages: 2 });
    expect(all.items).toHaveLength(30);
    expect(all.items[0]?.action).toBe('unhide');
    expect((await log.page({ subject: 'campaign', by: 'dominique', action: 'hide' }, 1)).total).toBe(16);
    expect((await log.page({ subject: 'report', by: 'dominique', action: 'hide' }, 9)).items).toEqual([]);
  });
});

describe('a decision on a report', () => {
  test('is taken once, and keeps its words out of the log', async () => {
    const report = await world.report(await world.campaign({ state: 'live' }));
    expect((await moderation.decideReport(camille, report.id, { action: 'dismiss', reason: 'Le nombre est juste.' })).ok).toBe(true);
    expect(await moderation.decideReport(dominique, report.id, { action: 'uphold', reason: null })).toEqual({
      ok: false,
      error: { type: 'already-decided' },
    });
    const rows = await db.dataSource.getRepository(Decision).findBy({ subjectId: report.id });
    expect(rows).toMatchObject([{ before: { state: 'open' }, after: { state: 'dismissed' }, reason: 'Le nombre est juste.' }]);
    expect(JSON.stringify(rows)).not.toContain(report.contact);
  });

  test('publishes the institution’s reply and logs it on both', async () => {
    const campaign = await world.campaign({ state: 'live' });
    const report = await world.report(campaign, 'reply', 'Nous y travaillons.');
    const reply = { action: 'publish_reply' as const, reply: 'Nous y travaillons.', reason: null };
    expect(await moderation.decideReport(camille, report.id, reply)).toEqual({ ok: true, value: null });
    expect((await now(campaign)).institutionReply).toBe('Nous y travaillons.');
    expect(await decisionsOn(campaign.id)).toBe(1);
    expect(await decisionsOn(report.id)).toBe(1);
  });

  test('that cannot publish the reply leaves the report open', async () => {
    const campaign = await world.campaign({ state: 'submitted' });
    const report = await world.report(campaign, 'reply');
    expect(await moderation.decideReport(camille, report.id, { action: 'publish_reply', reply: 'Oui.', reason: null })).toMatchObject({
      ok: false,
      error: { type: 'not-allowed' },
    });
    expect((await db.dataSource.getRepository(Report).findOneByOrFail({ id: report.id })).state).toBe('open');
    expect(await decisionsOn(report.id)).toBe(0);
  });
});

describe('a decision on a reading', () => {
  test('counts it, once, and wins the campaign that it decides', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: START });
    const [fediverse, x] = [campaign.fediverseAccount, campaign.xAccount];
    if (fediverse === null || x === null) throw new Error('The campaign has two accounts.');
    clock.advance(MINUTE);
    await world.reading(fediverse, 5_876, { source: 'network', reader: '', status: 'counted' });
    const reading = await world.reading(x, 5_832);
    clock.advance(MINUTE);
    expect(await readingDecisions.decide(camille, reading.id, { action: 'confirm', reason: null })).toEqual({ ok: true, value: null });
    expect((await now(campaign)).state).toBe('won');
    expect(await readingDecisions.decide(dominique, reading.id, { action: 'reject', reason: null })).toEqual({
      ok: false,
      error: { type: 'already-decided' },
    });
    expect(await log.historyOf(reading.id)).toMatchObject([
      { action: 'confirm', changes: [{ field: 'status', before: 'pending', after: 'counted' }] },
    ]);
  });

  test('shows it between those that count', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: START });
    const account = campaign.xAccount;
    if (account === null) throw new Error('The campaign has an account on X.');
    const previous = await world.reading(account, 5_850, { status: 'counted' });
    clock.advance(HOUR);
    const reading = await world.reading(account, 58_400);
    clock.advance(HOUR);
    const next = await world.reading(account, 5_832, { status: 'counted' });
    const shown = await readingReview.review(reading.id);
    expect([shown?.previous?.id, shown?.next?.id]).toEqual([previous.id, next.id]);
    expect(shown?.campaigns.map(({ id }) => id)).toEqual([campaign.id]);
    await readingDecisions.decide(camille, reading.id, { action: 'reject', reason: 'Un zéro de trop.' });
    expect((await now(campaign)).state).toBe('live');
  });
});

describe('numbers that do not agree', () => {
  const told = async (account: Account, count: number, reader: string): Promise<Reading> => {
    clock.advance(MINUTE);
    return world.reading(account, count, { reader });
  };
  const statusOf = async ({ id }: Reading) => (await db.dataSource.getRepository(Reading).findOneByOrFail({ id })).status;
  let account: Account;
  beforeEach(async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: START });
    if (campaign.xAccount === null) throw new Error('The campaign has an account on X.');
    account = campaign.xAccount;
    await world.reading(account, 5_850, { reader: 'moderator checked 1', status: 'counted' });
    clock.advance(2 * DAY);
  });

  test('stand side by side, with why they wait and how far apart they may lie', async () => {
    const [one, other] = [await told(account, 5_840, 'stranger #anna'), await told(account, 5_990, 'campaigner #bob')];
    const shown = await readingReview.review(one.id);
    expect(shown?.standing).toMatchObject({ tolerance: 29, verdict: { type: 'disputed' } });
    expect(shown?.standing?.others.map(({ reading, relation }) => [reading.id, relation])).toEqual([[other.id, 'differs']]);
    expect((await readingReview.briefs([one.id, other.id])).get(other.id)?.standing?.verdict.type).toBe('disputed');
  });

  test('are decided at once, and whoever agreed with the right one counts too', async () => {
    const [one, other, third] = [
      await told(account, 5_840, 'stranger #anna'),
      await told(account, 5_990, 'stranger #bob'),
      await told(account, 5_841, 'stranger #chloé'),
    ];
    const decision = { action: 'confirm', over: [other.id], reason: 'Vu la capture.' } as const;
    expect(await readingDecisions.decide(camille, one.id, decision)).toEqual({ ok: true, value: null });
    expect([await statusOf(one), await statusOf(other), await statusOf(third)]).toEqual(['counted', 'rejected', 'counted']);
    expect(await log.historyOf(other.id)).toMatchObject([{ action: 'reject', reason: 'Vu la capture.' }]);
    expect((await readingReview.review(one.id))?.standing).toBeNull();
  });

  test('are left as they are when one of them was decided meanwhile', async () => {
    const [one, other] = [await told(account, 5_840, 'stranger #anna'), await told(account, 5_990, 'stranger #bob')];
    await readingDecisions.decide(dominique, other.id, { action: 'reject', reason: null });
    const decision = { action: 'confirm', over: [other.id], reason: null } as const;
    expect(await readingDecisions.decide(camille, one.id, decision)).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await statusOf(one)).toBe('pending');
  });

  test('give way to a moderator’s own, which needs evidence or a reason and is in the log', async () => {
    const waiting = await told(account, 6_400, 'stranger #anna');
    const seen = { accountId: account.id, count: 6_405, at: clock.now(), source: 'manual', evidenceUrl: null, picture: null } as const;
    expect(await readingDecisions.tell(camille, seen, null)).toEqual({ ok: false, error: { type: 'no-evidence' } });
    const read = valueOf(await readingDecisions.tell(camille, seen, 'Lu sur mon téléphone.'));
    expect([read.reading.status, await statusOf(waiting)]).toEqual(['counted', 'counted']);
    expect(await log.historyOf(read.reading.id)).toMatchObject([{ action: 'tell', by: camille.name, reason: 'Lu sur mon téléphone.' }]);
  });

  test('may lose a picture that shows too much, and nothing else', async () => {
    const file = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } }).png().toBuffer();
    const kept = valueOf(await evidence.keep(file));
    const reading = await world.reading(account, 5_840, { reader: 'stranger #anna', status: 'counted', evidence: kept });
    expect(await evidence.shown(kept.id)).not.toBeNull();
    expect(await readingDecisions.dropEvidence(camille, reading.id, 'On y lit un nom.')).toEqual({ ok: true, value: null });
    expect(await evidence.find(kept.id)).toBeNull();
    expect(await statusOf(reading)).toBe('counted');
    expect(await log.historyOf(reading.id)).toMatchObject([{ action: 'drop_evidence', reason: 'On y lit un nom.' }]);
    expect(await readingDecisions.dropEvidence(camille, reading.id, 'Encore.')).toEqual({ ok: false, error: { type: 'not-found' } });
  });
});

describe('a review', () => {
  test('shows what the campaigner changed since the last decision', async () => {
    const campaign = await world.campaign();
    expect((await review.review(campaign.id))?.changes).toBeNull();
    await decide(campaign, { action: 'ask_changes', reason: 'Citez vos sources.' });
    clock.advance(HOUR);
    const amended = { state: 'submitted' as const, quoteSource: 'Le Monde', changedAt: clock.now() };
    await db.dataSource.getRepository(Campaign).update({ id: campaign.id }, amended);
    expect(await review.review(campaign.id)).toMatchObject({
      changes: [{ field: 'quoteSource', before: null, after: 'Le Monde' }],
      history: [{ action: 'ask_changes', reason: 'Citez vos sources.' }],
      powers: ['approve', 'ask_changes', 'reject', 'edit'],
    });
  });

  test('tells accounts that may be somebody else’s, duplicates and open reports', async () => {
    const institution = await world.institution({ name: 'Agence nationale de la sécurité des systèmes' });
    const twin = await world.institution({ name: 'Agence Nationale de la Securite des Systemes' });
    const other = await world.campaign({ institution: twin, state: 'live' });
    const campaign = await world.campaign({ institution });
    const report = await world.report(other);
    const shown = await review.review(campaign.id);
    expect(shown?.duplicates).toMatchObject([{ institution: { id: twin.id }, reasons: ['similar-name'] }]);
    expect(shown?.otherCampaigns.map(({ id }) => id)).toEqual([other.id]);
    expect(shown?.accounts.map((each) => each.mayImpersonate)).toEqual([true, false]);
    expect((await review.review(other.id))?.openReports.map(({ id }) => id)).toEqual([report.id]);
    expect(await review.review('0199e9f0-0000-7000-8000-000000000000')).toBeNull();
  });
});

describe('the queue', () => {
  test('holds all that waits, oldest first, with who looks at it', async () => {
    const queue = new ModerationQuery(db.dataSource, clock);
    const before = await queue.queue(1);
    const first = await world.campaign({ submittedAt: new Date('2020-01-01T00:00:00Z') });
    const live = await world.campaign({ state: 'live' });
    clock.set(new Date('2020-01-02T00:00:00Z'));
    const report = await world.report(live, 'harassment');
    clock.set(new Date('2020-01-03T00:00:00Z'));
    const account = await world.account(first.institution, 'x', 'ministere_queue');
    const reading = await world.reading(account, 5_840);
    valueOf(await claims.claim(report.id, dominique));
    const shown = await queue.queue(1);
    expect(shown.items.slice(0, 3)).toMatchObject([
      { subject: 'campaign', id: first.id, title: first.title, detail: null, amended: false, claimedBy: null },
      { subject: 'report', id: report.id, detail: 'harassment', claimedBy: 'dominique' },
      { subject: 'reading', id: reading.id, title: 'ministere_queue', detail: '5840' },
    ]);
    expect(shown.items[0]?.since).toEqual(new Date('2020-01-01T00:00:00Z'));
    expect(shown.total).toBe(before.total + 3);
    await moderation.decideReport(camille, report.id, { action: 'dismiss', reason: null });
    expect((await queue.queue(99)).total).toBe(before.total + 2);
  });
});

describe('a claim', () => {
  test('is of one person, until they let go or half an hour has passed', async () => {
    const { id } = await world.campaign();
    expect((await claims.claim(id, camille)).ok).toBe(true);
    expect((await claims.claim(id, camille)).ok).toBe(true);
    expect(await claims.claim(id, dominique)).toMatchObject({ ok: false, error: { type: 'claimed', by: { name: 'camille' } } });
    await claims.release(id, dominique);
    expect(await claims.of(id)).toMatchObject({ name: 'camille' });
    clock.advance(30 * MINUTE);
    expect(await claims.of(id)).toBeNull();
    expect((await claims.claim(id, dominique)).ok).toBe(true);
    await claims.release(id, dominique);
    expect(await claims.of(id)).toBeNull();
  });

  test('ends with the decision', async () => {
    const campaign = await world.campaign();
    await claims.claim(campaign.id, camille);
    await decide(campaign, { action: 'approve', reason: null });
    expect(await claims.of(campaign.id)).toBeNull();
  });
});

describe('reporting', () => {
  const objection = { kind: 'wrong-account' as const, text: 'Ce compte n’est pas le nôtre.', contact: null };

  test('puts an objection to a public campaign into the queue', async () => {
    const reports = new Reports(db.dataSource, clock, new CampaignsQuery(db.dataSource));
    const { slug } = await world.campaign({ state: 'live' });
    const { id } = valueOf(await reports.report(slug, objection, '192.0.2.7'));
    expect(await db.dataSource.getRepository(Report).findOneByOrFail({ id })).toMatchObject({ ...objection, state: 'open' });
  });

  test('tells nothing of campaigns that are not public', async () => {
    const reports = new Reports(db.dataSource, clock, new CampaignsQuery(db.dataSource));
    const hidden = await world.campaign({ state: 'live', hiddenAt: START });
    const waiting = await world.campaign();
    for (const { slug } of [hidden, waiting, { slug: 'nothing' }]) {
      expect(await reports.report(slug, objection, '192.0.2.7')).toEqual({ ok: false, error: { type: 'not-found' } });
    }
  });

  test('is limited for each address, until the hour is over', async () => {
    const reports = new Reports(db.dataSource, clock, new CampaignsQuery(db.dataSource));
    const { slug } = await world.campaign({ state: 'live' });
    for (let time = 0; time < 5; time += 1) valueOf(await reports.report(slug, objection, '192.0.2.7'));
    expect(await reports.report(slug, objection, '192.0.2.7')).toEqual({
      ok: false,
      error: { type: 'too-many', retryAt: new Date('2026-11-22T13:00:00Z') },
    });
    expect((await reports.report(slug, objection, '192.0.2.8')).ok).toBe(true);
    clock.advance(HOUR);
    expect((await reports.report(slug, objection, '192.0.2.7')).ok).toBe(true);
  });
});
