const MAX_LENGTH = 60;
/** What a title without a single Latin letter or digit becomes, and what reserved words are put behind. */
const FALLBACK = 'campaign';
/** Words that addresses beside a campaign's may want for themselves. */
const RESERVED = new Set(
  `about account admin all api campaigns demo edit embed feed help home index moderation new preview search share
  start`.split(/\s+/),
);
/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * A title as part of an address: 1 to 60 of `a-z0-9-`, cut between words where it can be.
 * `attempt` above 1 numbers the slug (`…-2`), for when the earlier ones are taken.
 */
export function slugOf(title: string, attempt = 1): string {
  const number = attempt > 1 ? `-${attempt}` : '';
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]/g, (character) => LETTERS[character] ?? '-')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '');
  const slug = cut(words, MAX_LENGTH - number.length) || FALLBACK;
  return (RESERVED.has(slug) ? `${FALLBACK}-${slug}` : slug) + number;
}

function cut(words: string, length: number): string {
  if (words.length <= length) return words;
  const end = words.lastIndexOf('-', length);
  return words.slice(0, end > 0 ? end : length);
}
