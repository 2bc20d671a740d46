import { LINKED_TEXT, postLength, type PostPiece, type PostRules } from '../domain/post-length.ts';
import type { Translator } from '../platform/text.ts';
import { textArea, type TextArea } from './form-fields.ts';
import type { ShareFacts } from './share-facts.ts';

/** The field of the post, with what a script needs to measure it as {@link postLength} does. */
export type PostArea = {
  readonly area: TextArea;
  readonly count: { readonly words: string; readonly over: boolean };
  readonly rules: PostRules;
  readonly linked: string;
  readonly isEdited: boolean;
  /** Some hashtag is hard to read. */
  readonly hasPlainHashtag: boolean;
};

/** The post as others will see it. */
export type SharePreview = {
  /** Who writes, on networks where handles have a server; null elsewhere. */
  readonly handle: string | null;
  /** Beside the text, on networks that have one. */
  readonly title: string | null;
  readonly pieces: readonly { readonly kind: PostPiece['kind']; readonly text: string }[];
  /** The campaign's page, whose card is drawn where it is the first link, or where it goes beside the text. */
  readonly url: string;
  readonly linkBeside: boolean;
  readonly hasCard: boolean;
};

/** A hashtag of several words, in all likelihood, without a capital. */
const PLAIN_HASHTAG = /^#[\p{Ll}\p{N}_]{8,}$/u;
/** Where Mastodon ends the address that it shows (`TextFormatter`). */
const SHOWN_ADDRESS = 30;

export function postArea(facts: ShareFacts, pieces: readonly PostPiece[], problem: string | null, text: Translator): PostArea {
  const { rules } = facts;
  const { length, fits } = postLength(facts.text, rules);
  const state = { values: { text: facts.text }, errors: problem === null ? {} : { text: problem } };
  return {
    area: textArea({ name: 'text', label: text.t('share.edit'), rows: 9 }, state),
    count: { words: text.t('share.count', { length: text.number(length), limit: text.number(rules.limit) }), over: !fits },
    rules,
    linked: LINKED_TEXT,
    isEdited: facts.isEdited,
    hasPlainHashtag: pieces.some((piece) => piece.kind === 'hashtag' && PLAIN_HASHTAG.test(piece.text)),
  };
}

export function sharePreview(facts: ShareFacts, pieces: readonly PostPiece[], url: string, { t }: Translator): SharePreview {
  const { network, rules } = facts;
  const isLemmy = network === 'lemmy';
  return {
    handle: rules.handles ? t('share.youAt') : null,
    title: isLemmy || network === 'friendica' ? facts.campaign.title : null,
    pieces: pieces.map((piece) => ({ kind: piece.kind, text: shown(piece, rules) })),
    url,
    linkBeside: isLemmy,
    hasCard: isLemmy || pieces.find(({ kind }) => kind === 'url')?.text.split(/[?#]/)[0] === url,
  };
}

/** As Mastodon, Bluesky and X show it: addresses without their beginning and end, people without their server where it does not count. */
function shown({ kind, text }: PostPiece, { unit, shortMentions }: PostRules): string {
  if (kind === 'mention' && shortMentions) return text.replace(/(?<=.)@.*/, '');
  if (kind !== 'url' || unit === 'code-units') return text;
  const address = text.replace(/^https?:\/\/(?:www\.)?/i, '');
  const letters = [...address];
  return letters.length > SHOWN_ADDRESS ? `${letters.slice(0, SHOWN_ADDRESS).join('')}…` : address;
}
