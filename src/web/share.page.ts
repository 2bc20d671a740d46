import { renderSVG } from 'uqr';
import { postLength, postPieces } from '../domain/post-length.ts';
import { type Language, type PostLanguage, type Translator, translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { mailLink } from '../posts/share-links.ts';
import { attribute, embedUrl, frameCode, frameIn } from './embed-frame.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';
import { choiceFields, choicesOf, type ShareChoices } from './share-choices.ts';
import { MAX_TYPED, WORDINGS, type ShareFacts } from './share-facts.ts';
import { postArea, sharePreview, type PostArea, type SharePreview } from './share-post.ts';

/** The model of `views/share.hbs`. */
export type ShareView = PageModel & {
  readonly campaignUrl: string;
  readonly title: string;
  readonly language: Language;
  readonly path: string;
  readonly choices: ShareChoices;
  /** Where to object to the campaigner's own words; null for those of the library. */
  readonly reportUrl: string | null;
  readonly another: string | null;
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly postLanguage: PostLanguage;
  readonly post: PostArea;
  readonly preview: SharePreview;
  readonly server: TextField;
  /** Where in Lemmy; null: nothing but Lemmy has communities. */
  readonly community: TextField | null;
  /** The chooser knows servers of Mastodon only. */
  readonly hasChooser: boolean;
  /** Of networks with one site for everyone; null: people have servers of their own there. */
  readonly site: { readonly to: 'bluesky' | 'x'; readonly name: string } | null;
  readonly mailUrl: string;
  /** Where a post begins again that is short enough for whoever refused it; null as long as nobody did. */
  readonly shorterUrl: string | null;
  readonly card: ShareFacts['card'];
  readonly picture: ShareFacts['picture'];
  readonly qrSvg: string;
  readonly address: string;
  readonly frameCode: string;
  readonly imageCode: string;
  readonly posterUrl: string;
  /** With frames of other sizes. */
  readonly pressUrl: string;
};

/**
 * The page to pass a campaign on. Its choices are asked for with GET (`about`, `tone`, `in`, `wording`, `network`, `mention=yes`,
 * and `server`, `limit` and `url` as a server `of` the network told them); its form posts `text`, `server`, `community` and `to`
 * (`preview`, `server`, `chooser`, `bluesky` or `x`) to the same address.
 */
export function sharePage(facts: ShareFacts, request: PageRequest): ShareView {
  const text = translator(request.language);
  const { campaign, card, picture, network } = facts;
  const path = `/c/${campaign.slug}/share`;
  const url = `${request.publicUrl}/c/${campaign.slug}`;
  const title = typographic(campaign.title, campaign.language);
  const chosen = choicesOf(facts);
  const pieces = postPieces(facts.text);
  const post = postArea(facts, pieces, problemWords(facts, ['empty', 'too-long', 'too-long-to-link'], text), text);
  const server = serverField(facts, text);
  const community = network === 'lemmy' ? communityField(facts, text) : null;
  return {
    head: pageHead({ title: text.t('share.title', { title }), description: text.t('share.lead'), canonicalPath: path }),
    campaignUrl: localUrl(`/c/${campaign.slug}`, request),
    title,
    language: campaign.language,
    path,
    choices: choiceFields(facts, text),
    reportUrl: facts.about === 'own' ? localUrl(`/report/${campaign.slug}`, request) : null,
    another: facts.hasAnother ? localUrl(path, request, { ...chosen, wording: (facts.wording + 1) % WORDINGS }) : null,
    action: localUrl(path, request, chosen),
    errors: errorSummary([post.area, server, ...(community === null ? [] : [community])], text),
    postLanguage: facts.postLanguage,
    post,
    server,
    community,
    preview: sharePreview(facts, pieces, url, text),
    hasChooser: network === 'mastodon',
    site: network === 'bluesky' || network === 'x' ? { to: network, name: text.t(`share.network.${network}`) } : null,
    mailUrl: mailLink({ text: facts.text, url, title }),
    shorterUrl: facts.problem === 'too-long' || facts.problem === 'empty' ? localUrl(path, request, chosen) : null,
    card,
    picture,
    posterUrl: localUrl(`/c/${campaign.slug}/poster`, request),
    pressUrl: localUrl(`/c/${campaign.slug}/press`, request),
    ...codes(campaign, title, request),
  };
}


function serverField(facts: ShareFacts, text: Translator): TextField {
  const { server } = facts;
  return textField(
    { name: 'server', label: text.t('share.server'), hint: text.t('share.serverHint'), inputmode: 'url', placeholder: 'mastodon.social', maxlength: MAX_TYPED, verbatim: true },
    { values: { server }, errors: errorsOf('server', problemWords(facts, ['malformed', 'unreachable', 'no-share-page'], text)) },
  );
}

function communityField(facts: ShareFacts, text: Translator): TextField {
  const { community } = facts;
  return textField(
    { name: 'community', label: text.t('share.community'), hint: text.t('share.communityHint'), placeholder: '!fediverse@lemmy.world', maxlength: MAX_TYPED, verbatim: true },
    { values: { community }, errors: errorsOf('community', problemWords(facts, ['no-community'], text)) },
  );
}

function errorsOf(name: string, words: string | null): Record<string, string> {
  return words === null ? {} : { [name]: words };
}

/** Why the post went nowhere, if it is one of these; null: it is not. */
function problemWords(facts: ShareFacts, about: readonly NonNullable<ShareFacts['problem']>[], { t, number }: Translator): string | null {
  const { problem, server, community, network, rules, text } = facts;
  if (problem === null || !about.includes(problem)) return null;
  if (problem !== 'too-long') return t(`share.problem.${problem}`, { server, community });
  const place = network === 'bluesky' || network === 'x' ? t(`share.network.${network}`) : server;
  const over = postLength(text, rules).length - rules.limit;
  if (over > 0 || rules.maxBytes === null) return t('share.problem.too-long', { server: place, limit: rules.limit, over: number(over) });
  return t('share.problem.too-many-bytes', { server: place, limit: rules.maxBytes, over: number(Buffer.byteLength(text) - rules.maxBytes) });
}

function codes({ slug }: ShareFacts['campaign'], title: string, request: PageRequest): Pick<ShareView, 'qrSvg' | 'address' | 'frameCode' | 'imageCode'> {
  const { publicUrl, language } = request;
  const url = `${publicUrl}/c/${slug}`;
  const frame = frameIn({});
  return {
    qrSvg: renderSVG(url, { ecc: 'M', border: 1 }),
    address: url.replace(/^https?:\/\//, ''),
    frameCode: frameCode(embedUrl(publicUrl, slug, language, { size: frame.size, theme: 'auto' }), title, frame),
    imageCode: `<a href="${url}"><img src="${url}/graph.svg" alt="${attribute(title)}" width="600"></a>`,
  };
}
