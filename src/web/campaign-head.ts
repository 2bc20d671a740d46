import { pageHead, type PageHead, type PageRequest } from '../platform/views.ts';
import type { Translator } from '../platform/text.ts';
import { PICTURE_SIZES } from '../posts/picture-name.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { dareWords, sideNames } from './campaign-words.ts';
import { oEmbedUrl } from './embed-frame.ts';
import { plainExcerpt } from './markdown.ts';

/** What link previews, feeds readers and search engines learn about a campaign. */
export function campaignHead(facts: CampaignFacts, cardAlt: string, request: PageRequest, text: Translator): PageHead {
  const { campaign } = facts;
  const path = `/c/${campaign.slug}`;
  const description = describeCampaign(facts, text);
  const image = facts.cardPath === null ? null : { url: request.publicUrl + facts.cardPath, alt: cardAlt, ...PICTURE_SIZES.wide };
  return pageHead({
    title: campaign.title,
    description,
    canonicalPath: campaign.state === 'preview' ? null : path,
    kind: 'article',
    publishedAt: campaign.launchedAt,
    image,
    creator: facts.creator === null ? null : `@${facts.creator}`,
    feeds: [
      { type: 'application/atom+xml', title: campaign.title, url: `${path}/feed.atom` },
      { type: 'application/feed+json', title: campaign.title, url: `${path}/feed.json` },
      ...(campaign.state === 'preview' ? [] : [{ type: 'application/json+oembed', title: campaign.title, url: oEmbedUrl(request.publicUrl, campaign.slug) }]),
    ],
    jsonLd: campaign.state === 'preview' ? null : newsArticle(facts, description, image?.url ?? null, request, text),
  });
}

/** One or two sentences with the numbers, for previews. */
export function describeCampaign(facts: CampaignFacts, text: Translator): string {
  const { dare } = facts.campaign;
  const names = sideNames(facts);
  const own = facts.accounts.fediverse?.count ?? null;
  if (dare.kind === 'open') return text.t('campaign.description.open', { institution: facts.institution.name });
  if (dare.kind === 'reach' && own !== null) {
    return text.t('campaign.description.reach', { ...names, a: text.number(own), target: dare.target });
  }
  if (dare.kind === 'overtake' && facts.gap) {
    const { fediverse, x, difference, leader } = facts.gap;
    const key = leader === 'fediverse' ? 'ahead' : leader === 'x' ? 'behind' : 'tie';
    const gap = text.t(`campaign.description.${key}`, { ...names, n: difference });
    return text.t('campaign.description.overtake', { ...names, a: text.number(fediverse), b: text.number(x), gap });
  }
  const words = dareWords({ ...facts, dare }, text);
  return text.t('campaign.description.plain', { institution: facts.institution.name, dare: words });
}

/** schema.org NewsArticle, which Mastodon prefers to Open Graph (mastodon, `LinkDetailsExtractor`). */
function newsArticle(
  { campaign, institution, accounts }: CampaignFacts,
  description: string,
  image: string | null,
  request: PageRequest,
  text: Translator,
): object {
  const url = `${request.publicUrl}/c/${campaign.slug}`;
  const latest = [accounts.fediverse?.latest?.at, accounts.x?.latest?.at].filter((at) => at !== undefined);
  const modified = latest.length > 0 ? new Date(Math.max(...latest.map((at) => at.getTime()))) : campaign.launchedAt;
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: campaign.title,
    description,
    articleBody: plainExcerpt(campaign.story, 500),
    inLanguage: request.language,
    url,
    mainEntityOfPage: url,
    ...(campaign.launchedAt && { datePublished: campaign.launchedAt.toISOString() }),
    ...(modified && { dateModified: modified.toISOString() }),
    ...(image && { image }),
    publisher: { '@type': 'Organization', name: text.t('site.name'), url: request.publicUrl },
    about: {
      '@type': 'GovernmentOrganization',
      name: institution.name,
      ...(institution.website && { url: institution.website }),
    },
  };
}
