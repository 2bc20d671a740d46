import { renderSVG } from 'uqr';
import { postLength, SHARING_TARGETS, type PostRules, type SharingTarget } from '../domain/post-length.ts';
import { LANGUAGES, translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { TONES, type Tone } from '../posts/post-templates.ts';
import { textField, UNTOUCHED, type TextField } from './form-fields.ts';

/** What the page to share a campaign shows. */
export type ShareFacts = {
  readonly campaign: { readonly slug: string; readonly title: string; readonly language: Language };
  readonly institution: string;
  /** The post, as composed or as edited. */
  readonly text: string;
  readonly tone: Tone;
  readonly postLanguage: Language;
  readonly network: SharingTarget;
  /** The rules of the supporter's own server where they are known; else those of its software. */
  readonly rules: PostRules;
  readonly mention: boolean;
  /** False while the institution has no account to mention. */
  readonly canMention: boolean;
  /** The server that was typed. */
  readonly server: string;
  /** Why the post could not be handed to that server. */
  readonly problem: 'malformed' | 'unreachable' | 'no-share-page' | null;
  readonly card: { readonly path: string; readonly alt: string };
};

type Option = { readonly label: string; readonly href: string; readonly chosen: boolean };

/** The model of `views/share.hbs`. */
export type ShareView = PageModel & {
  readonly slug: string;
  readonly campaignUrl: string;
  readonly title: string;
  readonly language: Language;
  readonly institution: string;
  readonly tones: readonly Option[];
  readonly languages: readonly Option[];
  readonly networks: readonly Option[];
  readonly mention: Option | null;
  readonly action: string;
  readonly text: string;
  readonly postLanguage: Language;
  readonly rules: { readonly limit: number; readonly unit: string; readonly urlLength: number; readonly shortMentions: boolean };
  readonly count: { readonly words: string; readonly over: boolean };
  readonly server: TextField;
  readonly card: ShareFacts['card'];
  readonly qrSvg: string;
  readonly address: string;
  readonly frameCode: string;
  readonly imageCode: string;
};

/**
 * The page to pass a campaign on. Its options are links (`tone`, `in`, `network`, `mention=yes`);
 * its form posts `text`, `server` and `to` (`server`, `chooser` or `bluesky`) to `/c/<slug>/share`.
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
    action: localUrl(`${path}/share`, request, chosenOptions(facts)),
    text: facts.text,
    postLanguage: facts.postLanguage,
    rules: { limit: rules.limit, unit: rules.unit, urlLength: rules.urlLength ?? 0, shortMentions: rules.shortMentions },
    count: { words: t('share.count', { length: number(length), limit: number(rules.limit) }), over: !fits },
    server: serverField(facts, request),
    card,
    qrSvg: renderSVG(address, { ecc: 'M', border: 1 }),
    address: address.replace(/^https?:\/\//, ''),
    frameCode: `<iframe src="${address}/embed?lang=${request.language}" title="${attribute(title)}" width="100%" height="460" loading="lazy" style="border:0;border-radius:20px"></iframe>`,
    imageCode: `<a href="${address}"><img src="${request.publicUrl}${path}/graph.svg" alt="${attribute(title)}" width="600"></a>`,
  };
}

function options(facts: ShareFacts, request: PageRequest): Pick<ShareView, 'tones' | 'languages' | 'networks' | 'mention'> {
  const { t } = translator(request.language);
  const to = (change: Record<string, string | null>): string =>
    localUrl(`/c/${facts.campaign.slug}/share`, request, { ...chosenOptions(facts), ...change });
  const mention = {
    label: t('share.mention', { institution: facts.institution }),
    href: to({ mention: facts.mention ? null : 'yes' }),
    chosen: facts.mention,
  };
  return {
    tones: TONES.map((tone) => ({ label: t(`share.tone.${tone}`), href: to({ tone }), chosen: tone === facts.tone })),
    languages: LANGUAGES.map((language) => ({
      label: t(`site.language.${language}`),
      href: to({ in: language }),
      chosen: language === facts.postLanguage,
    })),
    networks: SHARING_TARGETS.map((network) => ({
      label: t(`share.network.${network}`),
      href: to({ network }),
      chosen: network === facts.network,
    })),
    mention: facts.canMention ? mention : null,
  };
}

function chosenOptions({ tone, postLanguage, network, mention }: ShareFacts): Record<string, string | null> {
  return { tone, in: postLanguage, network, mention: mention ? 'yes' : null };
}

function serverField({ server, problem }: ShareFacts, request: PageRequest): TextField {
  const { t } = translator(request.language);
  const form =
    problem === null
      ? { ...UNTOUCHED, values: { server } }
      : { values: { server }, errors: { server: t(`share.problem.${problem}`, { server }) } };
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

/** Text inside an attribute of code that people copy. */
function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
