import { renderSVG } from 'uqr';
import { postLength, SHARING_TARGETS, type PostRules, type ServerLimits, type SharingTarget } from '../domain/post-length.ts';
import type { Moment } from '../domain/post-moments.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { POST_LANGUAGES, type PostLanguage } from '../posts/post-languages.ts';
import { TONES, type Tone } from '../posts/post-templates.ts';
import { textField, UNTOUCHED, type TextField } from './form-fields.ts';

/** Why a post could not be handed to a server. */
export type ShareProblem = 'malformed' | 'unreachable' | 'no-share-page' | 'too-long';

/** What the page to share a campaign shows. */
export type ShareFacts = {
  readonly campaign: { readonly slug: string; readonly title: string; readonly language: Language };
  readonly institution: string;
  /** The post, as composed or as edited. */
  readonly text: string;
  readonly tone: Tone;
  /** What it is about, and what else it could be about: a moment of the campaign, or the campaigner's own words. */
  readonly about: Moment | 'own';
  readonly abouts: readonly (Moment | 'own')[];
  /** Which of the wordings, and whether there is another. */
  readonly wording: number;
  readonly hasAnother: boolean;
  readonly postLanguage: PostLanguage;
  readonly network: SharingTarget;
  /** What the supporter's own server told, which the options keep. */
  readonly limits: ServerLimits;
  /** Those of the network, with these limits. */
  readonly rules: PostRules;
  readonly mention: boolean;
  /** False while the institution has no account to mention, and where its handle would be somebody else's. */
  readonly canMention: boolean;
  /** The server that was typed. */
  readonly server: string;
  /** Why the post could not be handed to that server. */
  readonly problem: ShareProblem | null;
  readonly card: { readonly path: string; readonly alt: string };
};

/** Links go around after so many: no two in a row are alike then either, of ten wordings or fewer, and crawlers find an end. */
export const WORDINGS = 12;

type Option = { readonly label: string; readonly href: string; readonly chosen: boolean };

/** The model of `views/share.hbs`. */
export type ShareView = PageModel & {
  readonly slug: string;
  readonly campaignUrl: string;
  readonly title: string;
  readonly language: Language;
  readonly institution: string;
  readonly abouts: readonly Option[];
  /** Where to object to the campaigner's own words; null for those of the library. */
  readonly reportUrl: string | null;
  readonly tones: readonly Option[];
  readonly another: string | null;
  readonly languages: readonly Option[];
  readonly networks: readonly Option[];
  readonly mention: Option | null;
  readonly action: string;
  readonly text: string;
  readonly postLanguage: PostLanguage;
  readonly rules: { readonly limit: number; readonly unit: string; readonly urlLength: number; readonly shortMentions: boolean };
  readonly count: { readonly words: string; readonly over: boolean };
  readonly server: TextField;
  /** Where the post is shortened for the server that refused it; null as long as none did. */
  readonly shorterUrl: string | null;
  readonly card: ShareFacts['card'];
  readonly qrSvg: string;
  readonly address: string;
  readonly frameCode: string;
  readonly imageCode: string;
};

/**
 * The page to pass a campaign on. Its options are links (`about`, `tone`, `in`, `wording`, `network`, `mention=yes`, and `server`,
 * `limit` and `url` as the supporter's server told them); its form posts `text`, `server` and `to` (`server`, `chooser` or `bluesky`) to `/c/<slug>/share`.
 */
export function sharePage(facts: ShareFacts, request: PageRequest): ShareView {
  const { t, number } = translator(request.language);
  const { campaign, rules, card } = facts;
  const path = `/c/${campaign.slug}`;
  const { length, fits } = postLength(facts.text, rules);
  const address = request.publicUrl + path;
  const title = typographic(campaign.title, campaign.language);
  return {
    head: pageHead({ title: t('share.title', { title }), description: t('share.lead'), canonicalPath: `${path}/share` }),
    slug: campaign.slug,
    campaignUrl: localUrl(path, request),
    title,
    language: campaign.language,
    institution: facts.institution,
    ...options(facts, request),
    reportUrl: facts.about === 'own' ? localUrl(`/report/${campaign.slug}`, request) : null,
    action: localUrl(`${path}/share`, request, chosenOptions(facts)),
    text: facts.text,
    postLanguage: facts.postLanguage,
    rules: { limit: rules.limit, unit: rules.unit, urlLength: rules.urlLength ?? 0, shortMentions: rules.shortMentions },
    count: { words: t('share.count', { length: number(length), limit: number(rules.limit) }), over: !fits },
    server: serverField(facts, request),
    shorterUrl: facts.problem === 'too-long' ? localUrl(`${path}/share`, request, chosenOptions(facts)) : null,
    card,
    qrSvg: renderSVG(address, { ecc: 'M', border: 1 }),
    address: address.replace(/^https?:\/\//, ''),
    frameCode: `<iframe src="${address}/embed?lang=${request.language}" title="${attribute(title)}" width="100%" height="460" loading="lazy" style="border:0;border-radius:20px"></iframe>`,
    imageCode: `<a href="${address}"><img src="${request.publicUrl}${path}/graph.svg" alt="${attribute(title)}" width="600"></a>`,
  };
}

function options(facts: ShareFacts, request: PageRequest): Pick<ShareView, 'abouts' | 'tones' | 'another' | 'languages' | 'networks' | 'mention'> {
  const { t } = translator(request.language);
  const to = (change: Record<string, string | number | null>): string =>
    localUrl(`/c/${facts.campaign.slug}/share`, request, { ...chosenOptions(facts), ...change });
  const mention = {
    label: t('share.mention', { institution: facts.institution }),
    href: to({ mention: facts.mention ? null : 'yes' }),
    chosen: facts.mention,
  };
  return {
    abouts: facts.abouts.map((about) => ({ label: t(`share.about.${about}`), href: to({ about }), chosen: about === facts.about })),
    another: facts.hasAnother ? to({ wording: (facts.wording + 1) % WORDINGS }) : null,
    tones: TONES.map((tone) => ({ label: t(`share.tone.${tone}`), href: to({ tone }), chosen: tone === facts.tone })),
    languages: POST_LANGUAGES.map((language) => ({
      label: t(`share.language.${language}`),
      href: to({ in: language }),
      chosen: language === facts.postLanguage,
    })),
    networks: SHARING_TARGETS.map((network) => ({
      label: t(`share.network.${network}`),
      // Another network has other limits.
      href: to({ network, server: null, limit: null, url: null }),
      chosen: network === facts.network,
    })),
    mention: facts.canMention ? mention : null,
  };
}

function chosenOptions(facts: ShareFacts): Record<string, string | number | null> {
  const { about, tone, postLanguage, wording, network, mention, limits } = facts;
  const told = { limit: limits.maxCharacters, url: limits.urlCharacters };
  const server = told.limit === null ? null : facts.server;
  return { about, tone, in: postLanguage, wording, network, mention: mention ? 'yes' : null, server, ...told };
}

function serverField(facts: ShareFacts, request: PageRequest): TextField {
  const { t } = translator(request.language);
  const { server } = facts;
  const words = problemWords(facts, request);
  const form = words === null ? { ...UNTOUCHED, values: { server } } : { values: { server }, errors: { server: words } };
  return textField(
    {
      name: 'server',
      label: t('share.server'),
      hint: t('share.serverHint'),
      inputmode: 'url',
      placeholder: 'mastodon.social',
      maxlength: 300,
      verbatim: true,
    },
    form,
  );
}

/** Why the post went nowhere; null: it was not sent. */
function problemWords({ problem, server, network, rules, text }: ShareFacts, request: PageRequest): string | null {
  const { t, number } = translator(request.language);
  if (problem === null) return null;
  if (problem !== 'too-long') return t(`share.problem.${problem}`, { server });
  const place = network === 'bluesky' ? t('share.network.bluesky') : server;
  return t('share.problem.too-long', { server: place, limit: rules.limit, over: number(postLength(text, rules).length - rules.limit) });
}

/** Text inside an attribute of code that people copy. */
function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
