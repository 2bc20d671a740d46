import { describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import type { TimelineEntry } from '../campaigns/timelines.query.ts';
import { campaignFeed, FEED_FORMATS, feedDocument, siteFeed } from './feed.ts';

const PUBLIC_URL = 'https://chiche.example';
const campaign = {
  slug: 'lelibreedu',
  title: 'Plus d’abonnés sur <Mastodon> & co !',
  language: 'fr' as const,
  dare: { kind: 'overtake' as const },
  launchedAt: new Date('2023-08-30T18:00:00Z'),
  submittedAt: new Date('2023-08-29T18:00:00Z'),
};
const happenings = [
  { kind: 'launched', at: new Date('2023-08-30T18:00:00Z'), value: null },
  { kind: 'half', at: new Date('2023-09-01T18:00:00Z'), value: 1344 },
  { kind: 'record-day', at: new Date('2023-09-02T18:00:00Z'), value: 900 },
] as const;
const milestones: TimelineEntry[] = happenings.map((each) => ({ ...each, since: each.at }));
const feed = campaignFeed(campaign, milestones, PUBLIC_URL);

describe('the feed of a campaign', () => {
  test('tells milestones in the language of the campaign, newest first', () => {
    expect(feed).toMatchObject({ language: 'fr', title: 'Plus d’abonnés sur <Mastodon> & co\u202f!', updated: new Date('2023-09-02T18:00:00Z') });
    expect(feed.entries.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^Journée record · \+900\sabonnés$/),
      expect.stringMatching(/^À mi-chemin · 1\s343 abonnés d’écart$/),
      'Le défi est lancé',
    ]);
  });

  test('names a milestone for good, even when it turns out to have come earlier', () => {
    const earlier = milestones.map((milestone) => (milestone.kind === 'half' ? { ...milestone, at: new Date('2023-09-01T06:00:00Z') } : milestone));
    const ids = (all: TimelineEntry[]) => campaignFeed(campaign, all, PUBLIC_URL).entries.map(({ id }) => id);
    expect(ids(earlier)).toEqual(ids(milestones));
    expect(ids(milestones)).toEqual([
      'tag:chiche.example,2023-08-30:lelibreedu/record-day/2023-09-02T18:00:00.000Z',
      'tag:chiche.example,2023-08-30:lelibreedu/half',
      'tag:chiche.example,2023-08-30:lelibreedu/launched',
    ]);
  });

  test('is as old as the campaign while nothing happened', () => {
    expect(campaignFeed(campaign, [], PUBLIC_URL).updated).toEqual(campaign.launchedAt);
  });
});

describe('a feed document', () => {
  test('in Atom', () => {
    const atom = parseAtomFeed(feedDocument(feed, 'atom'));
    expect(atom).toMatchObject({
      id: `${PUBLIC_URL}/c/lelibreedu/feed.atom`,
      title: { value: feed.title },
      updated: '2023-09-02T18:00:00.000Z',
      xml: { lang: 'fr' },
      links: [{ rel: 'self', href: `${PUBLIC_URL}/c/lelibreedu/feed.atom` }, { rel: 'alternate', href: `${PUBLIC_URL}/c/lelibreedu` }],
    });
    expect(atom.entries).toHaveLength(3);
    expect(atom.entries?.[2]).toMatchObject({
      id: 'tag:chiche.example,2023-08-30:lelibreedu/launched',
      title: { value: 'Le défi est lancé' },
      content: { value: `Le défi est lancé · ${feed.title}`, type: 'text' },
      published: '2023-08-30T18:00:00.000Z',
    });
  });

  test('tells the number in its text as well', () => {
    for (const format of FEED_FORMATS) expect(feedDocument(feed, format)).toMatch(/\+900\sabonnés · Plus d’abonnés/);
  });

  test('has the elements that its format asks for in every entry', () => {
    const atom = parseAtomFeed(feedDocument(feed, 'atom'));
    for (const part of [atom, ...(atom.entries ?? [])]) {
      for (const element of ['id', 'title', 'updated', 'links'] as const) expect(part?.[element]).toBeTruthy();
    }
    const rss = parseRssFeed(feedDocument(feed, 'rss'));
    for (const element of ['title', 'link', 'description', 'lastBuildDate'] as const) expect(rss[element]).toBeTruthy();
    const json = JSON.parse(feedDocument(feed, 'json')) as { version: string };
    expect(json.version).toBe('https://jsonfeed.org/version/1.1');
  });

  test('in RSS, with its text as the HTML that readers take it for', () => {
    const rss = parseRssFeed(feedDocument(feed, 'rss'));
    expect(rss).toMatchObject({ title: feed.title, link: `${PUBLIC_URL}/c/lelibreedu`, language: 'fr' });
    expect(rss.items?.[2]).toMatchObject({
      guid: { value: 'tag:chiche.example,2023-08-30:lelibreedu/launched', isPermaLink: false },
      pubDate: 'Wed, 30 Aug 2023 18:00:00 GMT',
    });
    expect(rss.items?.[0]?.description).not.toContain('<Mastodon>');
  });

  test('in JSON', () => {
    const json = parseJsonFeed(feedDocument(feed, 'json'));
    expect(json).toMatchObject({ feed_url: `${PUBLIC_URL}/c/lelibreedu/feed.json`, language: 'fr' });
    expect(json.items?.[2]).toMatchObject({
      id: 'tag:chiche.example,2023-08-30:lelibreedu/launched',
      url: `${PUBLIC_URL}/c/lelibreedu`,
      content_text: `Le défi est lancé · ${feed.title}`,
      date_published: '2023-08-30T18:00:00.000Z',
    });
  });
});

test('the feed of the site speaks of each campaign in its own language', () => {
  const english = { ...campaign, slug: 'english', title: 'More on Mastodon', language: 'en' as const };
  const at = new Date('2023-09-01T00:00:00Z');
  const launched: TimelineEntry = { kind: 'launched', at, value: null, since: at };
  const all = [{ ...launched, campaign: english }, { ...launched, at: new Date('2023-08-30T18:00:00Z'), campaign }];
  const site = siteFeed(all, { language: 'fr', publicUrl: PUBLIC_URL, now: new Date('2023-09-02T00:00:00Z') });
  expect(site).toMatchObject({ language: 'fr', address: `${PUBLIC_URL}/feed`, updated: launched.at });
  expect(site.entries.map(({ language, title }) => [language, title])).toEqual([
    ['en', 'More on Mastodon · The dare is on'],
    ['fr', 'Plus d’abonnés sur <Mastodon> & co\u202f! · Le défi est lancé'],
  ]);
  expect(parseAtomFeed(feedDocument(site, 'atom')).entries).toHaveLength(2);
});
