import { renderSVG } from 'uqr';
import { translator, typographic, type DateStyle, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { CampaignFacts, PageState } from './campaign-facts.ts';
import { matchView, type MatchView } from './campaign-match.ts';
import { statusWords } from './campaign-words.ts';

/** The model of `views/poster.hbs`: a sheet of A4 that looks on the screen as on paper. */
export type PosterView = PageModel & {
  readonly back: string;
  readonly state: PageState;
  readonly status: string;
  readonly title: string;
  readonly language: Language;
  /** A long title is set smaller, so that everything has room on one sheet. */
  readonly length: 'short' | 'middling' | 'long';
  readonly match: MatchView;
  readonly sides: readonly MatchView['left'][];
  readonly timeZone: string;
  /** When the newer number was read; null: none was. */
  readonly asOf: { readonly at: Date; readonly style: DateStyle } | null;
  readonly qrSvg: string;
  readonly qrLabel: string;
  readonly address: string;
  readonly unofficial: string;
};

export function posterPage(facts: CampaignFacts, request: PageRequest): PosterView {
  const text = translator(request.language);
  const { campaign, accounts } = facts;
  const path = `/c/${campaign.slug}`;
  const address = request.publicUrl + path;
  const title = typographic(campaign.title, campaign.language);
  const match = matchView(facts, text);
  const read = [accounts.fediverse?.latest?.at, accounts.x?.latest?.at].filter((at) => at !== undefined);
  return {
    head: pageHead({ title: text.t('poster.title', { title }), canonicalPath: `${path}/poster` }),
    back: localUrl(path, request),
    state: campaign.state,
    status: statusWords(facts, text),
    title,
    language: campaign.language,
    length: title.length <= 60 ? 'short' : title.length <= 110 ? 'middling' : 'long',
    match,
    sides: [match.left, ...(match.right ? [match.right] : [])],
    timeZone: campaign.timeZone,
    asOf: read.length === 0 ? null : { at: new Date(Math.max(...read.map((at) => at.getTime()))), style: 'zonedYear' },
    qrSvg: renderSVG(address, { ecc: 'M', border: 0 }),
    qrLabel: text.t('poster.qr', { address }),
    address: address.replace(/^https?:\/\//, ''),
    unofficial: text.t('campaign.unofficial', { institution: facts.institution.name }),
  };
}
