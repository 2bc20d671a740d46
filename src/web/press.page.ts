import { cardAlt } from '../posts/card.ts';
import { siblingPath } from '../posts/card-path.ts';
import type { PictureFacts } from '../posts/picture-facts.ts';
import type { Picture, PictureKind } from '../posts/picture-name.ts';
import { pictureFacts } from '../posts/picture-facts.ts';
import { translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { describeCampaign } from './campaign-head.ts';
import { matchView, type MatchView } from './campaign-match.ts';
import { forecastWords, statusWords } from './campaign-words.ts';
import { milestoneView, quoteView, type MilestoneView, type QuoteView } from './campaign.page.ts';
import { attribute, embedUrl, frameCode, frameIn } from './embed-frame.ts';
import { renderMarkdown } from './markdown.ts';

/** The model of `views/press.hbs`: what those who write about a campaign need. */
export type PressView = PageModel & {
  readonly slug: string;
  readonly campaignUrl: string;
  readonly title: string;
  readonly language: Language;
  readonly timeZone: string;
  readonly institution: string;
  readonly status: string;
  readonly summary: string;
  readonly match: MatchView;
  readonly forecast: { readonly html: string; readonly sooner: string | null } | null;
  readonly pictures: readonly PictureView[];
  readonly quote: QuoteView | null;
  readonly storyHtml: string;
  readonly replyHtml: string | null;
  readonly milestones: readonly MilestoneView[];
  readonly frames: readonly { readonly label: string; readonly code: string }[];
  readonly posterUrl: string;
  /** Who carries the campaign and said so; null: nobody told. */
  readonly creator: { readonly handle: string; readonly words: string } | null;
  readonly reportUrl: string;
  readonly citation: string;
};

type PictureView = {
  readonly id: string;
  readonly heading: string;
  readonly alt: string;
  readonly src: string;
  readonly looks: readonly { readonly label: string; readonly files: readonly { readonly format: string; readonly href: string }[] }[];
};

const LOOKS = (['wide', 'square'] as const).flatMap((size) => (['light', 'dark'] as const).map((theme) => ({ size, theme })));

export function pressPage(facts: CampaignFacts, request: PageRequest): PressView {
  const text = translator(request.language);
  const { campaign, institution } = facts;
  const path = `/c/${campaign.slug}`;
  const title = typographic(campaign.title, campaign.language);
  const summary = describeCampaign(facts, text);
  const drawn = pictureFacts(facts, request);
  return {
    head: pageHead({ title: text.t('press.title', { title }), description: summary, canonicalPath: `${path}/press` }),
    slug: campaign.slug,
    campaignUrl: localUrl(path, request),
    title,
    language: campaign.language,
    timeZone: campaign.timeZone,
    institution: institution.name,
    status: statusWords(facts, text),
    summary,
    match: matchView(facts, text),
    forecast: forecastWords(facts, text),
    pictures: facts.cardPath === null ? [] : kindsOf(drawn).map((kind) => pictureView(kind, facts.cardPath ?? '', drawn, text)),
    quote: quoteView(facts),
    storyHtml: renderMarkdown(typographic(campaign.story, campaign.language)),
    replyHtml: campaign.institutionReply && renderMarkdown(campaign.institutionReply),
    milestones: facts.milestones.toReversed().map((milestone) => milestoneView(milestone, facts, text)),
    frames: frames(facts, title, request, text),
    posterUrl: localUrl(`${path}/poster`, request),
    creator: facts.creator === null ? null : { handle: `@${facts.creator}`, words: text.t('press.creator') },
    reportUrl: localUrl(`/report/${campaign.slug}`, request),
    citation: citation(facts, title, request, text),
  };
}

/** Those that show something of their own today. */
function kindsOf({ countdown, wonAt }: PictureFacts): PictureKind[] {
  return [wonAt === null ? 'card' : 'victory', 'graph', ...(countdown === null ? [] : (['countdown'] as const))];
}

function pictureView(kind: PictureKind, cardPath: string, facts: PictureFacts, text: Translator): PictureView {
  const path = (look: Pick<Picture, 'size' | 'theme' | 'format'>): string =>
    siblingPath(cardPath, { kind, language: facts.language, ...look }, facts.countdown?.days ?? null);
  return {
    id: kind,
    heading: text.t(`press.picture.${kind}`),
    alt: cardAlt(facts, kind),
    src: path({ size: 'wide', theme: 'light', format: 'png' }),
    looks: LOOKS.map((look) => ({
      label: text.t(`press.look.${look.size}.${look.theme}`),
      files: (['png', 'svg'] as const).map((format) => ({ format: format.toUpperCase(), href: path({ ...look, format }) })),
    })),
  };
}

/** Code to paste: frames of three widths, and the badge. */
function frames({ campaign }: CampaignFacts, title: string, request: PageRequest, text: Translator): PressView['frames'] {
  const { publicUrl, language } = request;
  const address = `${publicUrl}/c/${campaign.slug}`;
  const sizes = [
    { name: 'small', frame: frameIn({ width: 400 }, 'small') },
    { name: 'tall', frame: frameIn({ width: 400 }) },
    { name: 'wide', frame: frameIn({ width: 800 }) },
  ] as const;
  return [
    ...sizes.map(({ name, frame }) => ({
      label: text.t(`press.frame.${name}`, { width: frame.width, height: frame.height }),
      code: frameCode(embedUrl(publicUrl, campaign.slug, language, { size: frame.size, theme: 'auto' }), title, frame),
    })),
    {
      label: text.t('press.frame.badge'),
      // Pasted once, a description with today's numbers would soon be wrong.
      code: `<a href="${address}"><img src="${address}/score.svg?lang=${language}" alt="${attribute(title)}" height="64"></a>`,
    },
  ];
}

/** How to name the source: who, what, where, and as of when. */
function citation({ now, campaign }: CampaignFacts, title: string, { publicUrl }: PageRequest, text: Translator): string {
  return text.t('press.citation', { title, url: `${publicUrl}/c/${campaign.slug}`, at: text.date(now, 'dayYear', campaign.timeZone) });
}
