import { escapeHtml, translator, typographic, type PostLanguage, type Translator } from '../platform/text.ts';
import { countdownCard } from './card-countdown.ts';
import { graphCard } from './card-graph.ts';
import { outline, rasterize } from './card-raster.ts';
import { scoreCard } from './card-score.ts';
import { createSheet } from './card-sheet.ts';
import { victoryCard } from './card-victory.ts';
import type { PictureFacts, PictureSide } from './picture-facts.ts';
import { PICTURE_SIZES, type Picture, type PictureKind } from './picture-name.ts';

/** A picture as an SVG, which needs the fonts of the house; two that are the same are one picture. */
export function pictureSvg(facts: PictureFacts, { kind, size, theme }: Pick<Picture, 'kind' | 'size' | 'theme'>): string {
  const sheet = createSheet(facts, { size, theme });
  const shown = shownKind(facts, kind);
  if (shown.kind === 'victory') return victoryCard(sheet, shown.wonAt);
  if (shown.kind === 'countdown') return countdownCard(sheet, shown.countdown);
  return shown.kind === 'graph' ? graphCard(sheet) : scoreCard(sheet);
}

/** The file of a picture: a PNG that is still legible at 640 × 360, or an SVG of outlines, which needs no font. */
export async function drawPicture(facts: PictureFacts, picture: Picture): Promise<Buffer> {
  const svg = pictureSvg(facts, picture);
  if (picture.format === 'png') return rasterize(svg, PICTURE_SIZES[picture.size].width);
  const words = ` role="img"><title>${escapeHtml(cardAlt(facts, picture.kind))}</title>`;
  return Buffer.from(outline(svg).replace('>', () => words));
}

type Shown =
  | { readonly kind: 'score' | 'graph' }
  | { readonly kind: 'countdown'; readonly countdown: NonNullable<PictureFacts['countdown']> }
  | { readonly kind: 'victory'; readonly wonAt: Date };

/** What a picture shows today: a countdown that is over and a victory that is none yet are the card that a link shows. */
function shownKind({ countdown, wonAt }: PictureFacts, kind: PictureKind): Shown {
  if (kind === 'graph') return { kind };
  if (kind === 'countdown' && countdown !== null) return { kind, countdown };
  return wonAt === null ? { kind: 'score' } : { kind: 'victory', wonAt };
}

/** What a picture says, for those who do not see it; it fits in what Mastodon takes (1,500 characters). */
export function cardAlt(facts: PictureFacts, kind: PictureKind = 'card'): string {
  const text = translator(facts.language);
  const shown = shownKind(facts, kind);
  const sentences = [
    typographic(facts.title, facts.titleLanguage),
    ...(shown.kind === 'countdown' ? [daysWords(shown.countdown, facts, text)] : []),
    ...[facts.left, ...(facts.right ? [facts.right] : [])].map((side) => sideWords(side, text)),
    ...betweenWords(facts, text),
    ...(facts.state === 'won' ? [text.t('card.won')] : []),
    ...(shown.kind === 'graph' ? graphWords(facts, text) : []),
    ...(facts.asOf ? [`${text.t('card.asOf', { at: text.date(facts.asOf, 'zonedYear', facts.timeZone) })}.`] : []),
  ];
  return sentences.join(' ');
}

function sideWords({ name, count, note }: PictureSide, text: Translator<PostLanguage>): string {
  if (count !== null) return sentence(text.t('card.altSide', { name, count }), text);
  return sentence(note === null ? text.t('card.altUnknown', { name }) : text.t('card.altWithout', { name, note }), text);
}

/** The gap and how fast it closes. */
function betweenWords({ gap, pace }: PictureFacts, text: Translator<PostLanguage>): string[] {
  const known = [gap, pace].filter((words) => words !== null);
  return known.length === 0 ? [] : [sentence(`${known.join(', ')}.`, text)];
}

function daysWords({ days, deadline }: NonNullable<PictureFacts['countdown']>, { timeZone }: PictureFacts, text: Translator<PostLanguage>): string {
  return text.t('card.altDays', { n: days, at: text.date(deadline, 'dayYear', timeZone) });
}

/** From when to when the lines lead, and from where. */
function graphWords({ graph, timeZone }: PictureFacts, text: Translator<PostLanguage>): string[] {
  const day = (at: Date): string => text.date(at, 'dayYear', timeZone);
  const lines = (['fediverse', 'x'] as const).flatMap((side) => {
    const [first, last] = [graph.series[side][0], graph.series[side].at(-1)];
    if (first === undefined || last === undefined || first === last) return [];
    return [text.t('card.altLine', { name: graph.names[side], first: first.count, from: day(first.at), last: last.count, to: day(last.at) })];
  });
  return lines;
}

function sentence(words: string, { language }: Translator<PostLanguage>): string {
  return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
}
