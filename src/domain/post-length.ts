/** Where a post can be shared to. */
export const SHARING_TARGETS = [
  'mastodon',
  'misskey',
  'friendica',
  'lemmy',
  'bluesky',
  'x',
  'pleroma',
  'gotosocial',
] as const;
export type SharingTarget = (typeof SHARING_TARGETS)[number];

/** How a target measures a post. */
export type PostRules = {
  readonly limit: number;
  /** `weighted` is X's way: emoji and most scripts outside Europe's count twice. */
  readonly unit: 'graphemes' | 'code-units' | 'weighted';
  /** What any web address counts for, null when it counts as it is written. */
  readonly urlLength: number | null;
  /** Whether `@user@host` counts as `@user`. */
  readonly shortMentions: boolean;
  /** Whether `@user@host` names somebody there, and nobody else. */
  readonly handles: boolean;
  /** A second limit, on the UTF-8 text. */
  readonly maxBytes: number | null;
};

/** Units of UTF-16 are never fewer than the characters that these servers count, each in its own way. */
const PLAIN: PostRules = { limit: 5000, unit: 'code-units', urlLength: null, shortMentions: false, handles: true, maxBytes: null };

/** What each target allows unless the server says otherwise; sources: each project's own validation and defaults. */
export const POST_RULES: Readonly<Record<SharingTarget, PostRules>> = {
  // Mastodon, StatusLengthValidator.
  mastodon: { limit: 500, unit: 'graphemes', urlLength: 23, shortMentions: true, handles: true, maxBytes: null },
  // Misskey, maxNoteTextLength.
  misskey: { ...PLAIN, limit: 3000 },
  // Friendica sets no limit of its own on a post, only on what it imports (max_import_size).
  friendica: { ...PLAIN, limit: 200_000 },
  lemmy: { ...PLAIN, limit: 10_000 },
  // Bluesky, lexicon app.bsky.feed.post.
  bluesky: { limit: 300, unit: 'graphemes', urlLength: null, shortMentions: false, handles: false, maxBytes: 3000 },
  // X, twitter-text configuration 3.
  x: { limit: 280, unit: 'weighted', urlLength: 23, shortMentions: false, handles: false, maxBytes: null },
  pleroma: PLAIN,
  gotosocial: PLAIN,
};

/** Lemmy asks for a title beside the body. */
export const LEMMY_TITLE_RULES: PostRules = { ...PLAIN, limit: 200 };

/** What a server tells of its own limits, as `max_characters` and `characters_reserved_per_url`; null is not told. */
export type ServerLimits = { readonly maxCharacters: number | null; readonly urlCharacters: number | null };

/**
 * The rules of one server: those of its software, with the limits that it tells; that of addresses only where the software
 * shortens them at all, since others announce it and count every letter.
 */
export function withServerLimits(rules: PostRules, server: ServerLimits): PostRules {
  const urlLength = rules.urlLength === null ? null : (server.urlCharacters ?? rules.urlLength);
  return { ...rules, limit: server.maxCharacters ?? rules.limit, urlLength };
}

export type PostLength = { readonly length: number; readonly limit: number; readonly fits: boolean };

/** The length of a post as its target counts it, in the target's own unit. */
export function postLength(text: string, rules: PostRules): PostLength {
  const parts = partsOf(text);
  const length = parts.reduce((sum, part) => sum + lengthOf(part, rules), 0);
  const fits = length <= rules.limit && Buffer.byteLength(text) <= (rules.maxBytes ?? Infinity);
  return { length, limit: rules.limit, fits };
}

const ELLIPSIS = '…';
/** Room for the ellipsis and for the space that keeps it out of a web address. */
const RESERVED = { length: 3, bytes: 4 };
/** How far back a cut may go to fall between two words. */
const WORD_SEARCH = 24;

/**
 * The text itself when it fits, else its beginning and "…", cut between words where there are any, and never
 * inside a web address, mention, hashtag or grapheme. Empty when not even "…" fits.
 */
export function shorten(text: string, rules: PostRules): string {
  if (postLength(text, rules).fits) return text;
  const parts = partsOf(text);
  const kept = parts.slice(0, wordEnd(parts, fittingParts(parts, rules)));
  const lastWord = kept.findLastIndex((part) => !isSpace(part));
  const beginning = kept.slice(0, lastWord + 1);
  const isWhole = beginning.length > 0 && beginning.at(-1)?.kind !== 'grapheme';
  const shortened = beginning.map((part) => part.text).join('') + (isWhole ? ` ${ELLIPSIS}` : ELLIPSIS);
  return postLength(shortened, rules).fits ? shortened : '';
}

/** How many parts fit from the start, with room left for the ellipsis. */
function fittingParts(parts: readonly Part[], rules: PostRules): number {
  let length = RESERVED.length;
  let bytes = RESERVED.bytes;
  const tooMuch = parts.findIndex((part) => {
    length += lengthOf(part, rules);
    bytes += Buffer.byteLength(part.text);
    return length > rules.limit || bytes > (rules.maxBytes ?? Infinity);
  });
  return tooMuch === -1 ? parts.length : tooMuch;
}

/** The nearest end of a word at or before `count` parts, or `count` itself inside a very long one. */
function wordEnd(parts: readonly Part[], count: number): number {
  for (let end = count; end > 0 && end >= count - WORD_SEARCH; end--) {
    const [before, after] = [parts[end - 1], parts[end]];
    if (isSpace(after) || before?.kind !== 'grapheme' || after?.kind !== 'grapheme') return end;
  }
  return count;
}

function isSpace(part: Part | undefined): boolean {
  return part !== undefined && /^\s/.test(part.text);
}

type Part = { readonly text: string; readonly kind: 'url' | 'mention' | 'hashtag' | 'grapheme' };

/** Punctuation at the end of an address belongs to the sentence, as it does for every server. */
const URL_TEXT = String.raw`https?://[^\s<>"«»]*[^\s<>"«»“”‘’'.,;:!?…()[\]{}]`;
const MENTION_TEXT = String.raw`(?<![\w=/@])@\w(?:[\w.-]*\w)?(?:@[\p{L}\p{N}_](?:[\p{L}\p{N}_.:-]*[\p{L}\p{N}_])?)?`;
const HASHTAG_TEXT = String.raw`(?<![\p{L}\p{N}_&/])#[\p{L}\p{M}\p{N}_]+`;
/** What networks make links of, for a regular expression with the flags `giu`; the group that matched says which it is. */
export const LINKED_TEXT = `(?<url>${URL_TEXT})|(?<mention>${MENTION_TEXT})|(?<hashtag>${HASHTAG_TEXT})`;
const LINKED = new RegExp(LINKED_TEXT, 'giu');
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A piece of a post: what networks make links of, and the words between. */
export type PostPiece = { readonly text: string; readonly kind: 'url' | 'mention' | 'hashtag' | 'words' };

/** A post in pieces, in order; none is empty. */
export function postPieces(text: string): PostPiece[] {
  return [...eachPiece(text)].filter((piece) => piece.text !== '');
}

function* eachPiece(text: string): Generator<PostPiece> {
  let end = 0;
  for (const match of text.matchAll(LINKED)) {
    const kind = match.groups?.['url'] ? 'url' : match.groups?.['mention'] ? 'mention' : 'hashtag';
    yield { text: text.slice(end, match.index), kind: 'words' };
    yield { text: match[0], kind };
    end = match.index + match[0].length;
  }
  yield { text: text.slice(end), kind: 'words' };
}

/** The text in parts that must not be cut. */
function partsOf(text: string): Part[] {
  return postPieces(text).flatMap(({ text, kind }): Part[] => (kind === 'words' ? graphemesOf(text) : [{ text, kind }]));
}

/** Text in which nothing combines: each unit is a grapheme, and no segmenter, which takes most of the time, need say so. */
const UNCOMBINED = /^[\n\x20-\x7e\xa0-\u02ff\u2010-\u2027\u202f]*$/;

function graphemesOf(text: string): Part[] {
  const graphemes = UNCOMBINED.test(text) ? text.split('') : Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  return graphemes.map((grapheme) => ({ text: grapheme, kind: 'grapheme' }));
}

function lengthOf({ text, kind }: Part, rules: PostRules): number {
  if (kind === 'url' && rules.urlLength !== null) return rules.urlLength;
  const counted = kind === 'mention' && rules.shortMentions ? `@${text.split('@')[1] ?? ''}` : text;
  switch (rules.unit) {
    case 'code-units':
      return counted.length;
    case 'graphemes':
      return kind === 'grapheme' ? 1 : graphemesOf(counted).length;
    case 'weighted':
      return graphemesOf(counted.normalize('NFC')).reduce((sum, grapheme) => sum + weightOf(grapheme.text), 0);
  }
}

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u;
/** Code points that X counts once (twitter-text configuration 3, `ranges`); all others count twice. */
const LIGHT_RANGES = [
  [0x0000, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
] as const;

function weightOf(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2;
  const codes = Array.from(grapheme, (character) => character.codePointAt(0) ?? 0);
  const isLight = (code: number) => LIGHT_RANGES.some(([from, to]) => code >= from && code <= to);
  return codes.reduce((sum, code) => sum + (isLight(code) ? 1 : 2), 0);
}

/** Titles name accounts as people do, and nobody is to be called by a post unless somebody wants it. */
export function withoutMentions(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_/=])@+(?=[\p{L}\p{N}_])/gu, '');
}
