import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { v7 as newId } from 'uuid';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { LetterEvent } from '../campaigns/letter-event.entity.ts';
import { dayIn } from '../campaigns/local-day.ts';
import { Milestone } from '../campaigns/milestone.entity.ts';
import { MINUTE } from '../domain/durations.ts';
import { MILESTONE_KINDS } from '../domain/milestones.ts';
import { occasionOf } from '../domain/publishing-rules.ts';
import { PublicationDrafts } from '../posts/publication-drafts.service.ts';

let site: TestSite;
let campaign: Campaign;

beforeAll(async () => {
  site = await startTestSite();
  campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), title: 'Chiche' });
});
afterAll(() => site.close());

async function page(): Promise<string> {
  return (await request(site.url).get(`/c/${campaign.slug}`).set('accept-language', 'en').expect(200)).text;
}

const idsOf = (html: string): string[] => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);

test('every post of a milestone leads to its line on the page, and the one on the standing to the score', async () => {
  const { dataSource } = site.database;
  const start = site.clock.now().getTime();
  // Two of each, also where an occasion has one name whenever it happens.
  const milestones = [...MILESTONE_KINDS, ...MILESTONE_KINDS].map((kind, index) => ({ id: newId(), campaign: { id: campaign.id }, kind, at: new Date(start - (index + 1) * MINUTE), value: 10 + index }));
  await dataSource.getRepository(Milestone).createQueryBuilder().insert().values(milestones).orIgnore().execute();
  const html = await page();
  const ids = idsOf(html);
  expect(ids).toHaveLength(new Set(ids).size);
  const happened = await dataSource.getRepository(Milestone).findBy({ campaign: { id: campaign.id } });
  expect(new Set(happened.map(({ kind }) => kind)).size).toBe(MILESTONE_KINDS.length);
  for (const milestone of happened) {
    const link = site.get(PublicationDrafts).linkOf(campaign, { occasion: occasionOf(milestone, dayIn(campaign.timeZone)) });
    const { pathname, hash } = new URL(link);
    expect(pathname).toBe(`/c/${campaign.slug}`);
    expect(html).toContain(`<li id="${hash.slice(1)}">`);
  }
  const standing = new URL(site.get(PublicationDrafts).linkOf(campaign, { occasion: 'gap' }));
  expect(html).toMatch(new RegExp(`<section [^>]*id="${standing.hash.slice(1)}"`));
});

test('what became of the letter has an address too, by what happened and when', async () => {
  const event = { campaign: { id: campaign.id }, summary: null, link: null, recorder: 'campaigner', recorderId: newId(), replacesId: null, createdAt: site.clock.now(), knownSince: site.clock.now() } as const;
  await site.database.dataSource.getRepository(LetterEvent).insert([
    { ...event, id: newId(), step: 'sent', way: 'email', day: '2026-01-12', firstDay: '2026-01-12', standing: 'reported' },
    { ...event, id: newId(), step: 'sent', way: 'post', day: '2026-01-12', firstDay: '2026-01-12', standing: 'reported' },
    { ...event, id: newId(), step: 'answered', way: null, day: '2026-01-14', firstDay: '2026-01-14', standing: 'confirmed' },
    { ...event, id: newId(), step: 'agreed', way: null, day: '2026-01-15', firstDay: '2026-01-15', standing: 'broken' },
  ]);
  site.clock.advance(MINUTE);
  const ids = idsOf(await page());
  expect(ids).toEqual(expect.arrayContaining(['letter-sent-2026-01-12', 'letter-answered-2026-01-14', 'letter-broken-2026-01-15']));
  expect(ids).toHaveLength(new Set(ids).size);
  const corrected = { ...event, id: newId(), step: 'answered', way: null, day: '2026-01-13', firstDay: '2026-01-16', standing: 'confirmed' } as const;
  await site.database.dataSource.getRepository(LetterEvent).insert(corrected);
  site.clock.advance(MINUTE);
  expect(idsOf(await page())).toContain('letter-answered-2026-01-16');
});
