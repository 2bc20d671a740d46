import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { TimelineEntry } from '../campaigns/timelines.query.ts';
import { LETTER_MILESTONES } from '../domain/correspondence.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { escapeHtml, translator, typographic, type Language } from '../platform/text.ts';
import { VERSION } from '../platform/version.ts';
import type { TellWish } from '../pledges/tell-requests.service.ts';
import { milestoneValue, milestoneWords } from '../posts/milestone-words.ts';
import { shownHandle } from './campaign-words.ts';

export const FEED_FORMATS = ['atom', 'rss', 'json'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

export const FEED_TYPES: Readonly<Record<FeedFormat, string>> = {
  atom: 'application/atom+xml; charset=utf-8',
  rss: 'application/rss+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

/** News of campaigns, whatever the format. */
export interface Feed {
  language: Language;
  title: string;
  description: string;
  /** The page that the feed belongs to. */
  html: string;
  /** The address of the feed without its format: `https://chiche.example/feed`. */
  address: string;
  updated: Date;
  entries: FeedEntry[];
}

export interface FeedEntry {
  /** Stays the same for good, even when readings that were found later put the event at another time. */
  id: string;
  language: Language;
  title: string;
  text: string;
  at: Date;
  html: string;
}

type FedCampaign = Pick<Campaign, 'slug' | 'title' | 'language' | 'dare' | 'launchedAt' | 'submittedAt'>;

/** Kinds that come again; the others are told apart by their name alone. */
const REPEATED: readonly TimelineEntry['kind'][] = ['fell-back', 'record-day', ...LETTER_MILESTONES];

/** The milestones of one campaign, newest first, in its own language. */
export function campaignFeed(campaign: FedCampaign, milestones: readonly TimelineEntry[], publicUrl: string): Feed {
  const { t } = translator(campaign.language);
  const title = typographic(campaign.title, campaign.language);
  const entries = milestones.map((milestone) => entryOf(campaign, milestone, publicUrl)).toSorted(newestFirst);
  return {
    language: campaign.language,
    title,
    description: t('feeds.campaign', { title }),
    html: `${publicUrl}/c/${campaign.slug}`,
    address: `${publicUrl}/c/${campaign.slug}/feed`,
    updated: entries[0]?.at ?? campaign.launchedAt ?? campaign.submittedAt,
    entries,
  };
}

/** The milestones of all campaigns, newest first, each in its campaign's language. */
export function siteFeed(
  milestones: readonly (TimelineEntry & { campaign: FedCampaign })[],
  { language, publicUrl, now }: { language: Language; publicUrl: string; now: Date },
): Feed {
  const { t } = translator(language);
  const entries = milestones
    .map((milestone) => {
      const entry = entryOf(milestone.campaign, milestone, publicUrl);
      return { ...entry, title: `${typographic(milestone.campaign.title, entry.language)} · ${entry.title}` };
    })
    .toSorted(newestFirst);
  return {
    language,
    title: t('site.name'),
    description: t('feeds.site'),
    html: `${publicUrl}/`,
    address: `${publicUrl}/feed`,
    updated: entries[0]?.at ?? now,
    entries,
  };
}

/** One supporter's own feed: that they will be told, and then the account that opened. `page` is their private page. */
export function openingFeed(campaign: Campaign, wish: TellWish, page: string): Feed {
  const { t } = translator(wish.language);
  const title = typographic(campaign.title, campaign.language);
  const account = campaign.fediverseAccount;
  const toldAt = account !== null && wish.toldAccountId === account.id ? wish.toldAt : null;
  const entry = (id: string, at: Date, words: string): FeedEntry => ({
    id: `${tagOf(campaign, page)}/${id}`,
    language: wish.language,
    title: words,
    text: `${words} · ${title}`,
    at,
    html: page,
  });
  const asked = entry('asked', wish.askedAt, t('feeds.opening_asked', { institution: campaign.institution.name }));
  const entries = [asked];
  if (account !== null && toldAt !== null) {
    entries.unshift(entry(`opened/${account.id}`, toldAt, t('feeds.opening_opened', { handle: shownHandle(presentAccount(account)) })));
  }
  return {
    language: wish.language,
    title,
    description: t('feeds.opening'),
    html: page,
    address: `${page}/feed`,
    updated: entries[0]?.at ?? wish.askedAt,
    entries,
  };
}

/** The feed as a document of a format. */
export function feedDocument(feed: Feed, format: FeedFormat): string {
  switch (format) {
    case 'atom':
      return atomDocument(feed);
    case 'rss':
      return rssDocument(feed);
    case 'json':
      return JSON.stringify(jsonDocument(feed));
  }
}

function entryOf(campaign: FedCampaign, milestone: TimelineEntry, publicUrl: string): FeedEntry {
  const { kind, at } = milestone;
  const text = translator(campaign.language);
  const value = milestone.value === null ? null : milestoneValue(campaign.dare, milestone, text);
  const what = milestoneWords(campaign.dare, kind, text);
  const title = value === null ? what : `${what} · ${value}`;
  const once = REPEATED.includes(kind) ? `/${at.toISOString()}` : '';
  return {
    id: `${tagOf(campaign, publicUrl)}/${kind}${once}`,
    language: campaign.language,
    title,
    text: `${title} · ${typographic(campaign.title, campaign.language)}`,
    at,
    html: `${publicUrl}/c/${campaign.slug}`,
  };
}

/** A name for the campaign that needs no address (RFC 4151). */
function tagOf({ slug, launchedAt, submittedAt }: FedCampaign, publicUrl: string): string {
  const day = (launchedAt ?? submittedAt).toISOString().slice(0, 10);
  return `tag:${new URL(publicUrl).hostname},${day}:${slug}`;
}

function newestFirst(a: FeedEntry, b: FeedEntry): number {
  return b.at.getTime() - a.at.getTime();
}

function atomDocument(feed: Feed): string {
  return generateAtomFeed<true>(
    {
      id: `${feed.address}.atom`,
      xml: { lang: feed.language },
      title: { value: feed.title },
      subtitle: { value: feed.description },
      updated: feed.updated,
      authors: [{ name: 'Chiche' }],
      generator: { text: 'Chiche', version: VERSION },
      links: [
        { rel: 'self', type: 'application/atom+xml', href: `${feed.address}.atom` },
        { rel: 'alternate', type: 'text/html', href: feed.html },
      ],
      entries: feed.entries.map((entry) => ({
        id: entry.id,
        xml: { lang: entry.language },
        title: { value: entry.title },
        content: { value: entry.text, type: 'text' },
        published: entry.at,
        updated: entry.at,
        links: [{ rel: 'alternate', type: 'text/html', href: entry.html }],
      })),
    },
    { strict: true },
  );
}

function rssDocument(feed: Feed): string {
  return generateRssFeed<true>(
    {
      title: feed.title,
      link: feed.html,
      description: feed.description,
      language: feed.language,
      lastBuildDate: feed.updated,
      generator: `Chiche ${VERSION}`,
      atom: { links: [{ rel: 'self', type: 'application/rss+xml', href: `${feed.address}.rss` }] },
      items: feed.entries.map((entry) => ({
        title: entry.title,
        link: entry.html,
        // Readers take a description for HTML (RSS 2.0, `<description>`).
        description: escapeHtml(entry.text),
        guid: { value: entry.id, isPermaLink: false },
        pubDate: entry.at,
        dc: { languages: [entry.language] },
      })),
    },
    { strict: true },
  );
}

function jsonDocument(feed: Feed): unknown {
  return generateJsonFeed<true>(
    {
      title: feed.title,
      description: feed.description,
      home_page_url: feed.html,
      feed_url: `${feed.address}.json`,
      language: feed.language,
      authors: [{ name: 'Chiche' }],
      items: feed.entries.map((entry) => ({
        id: entry.id,
        url: entry.html,
        title: entry.title,
        content_text: entry.text,
        date_published: entry.at,
        language: entry.language,
      })),
    },
    { strict: true },
  );
}
