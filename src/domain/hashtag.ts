/** A capital for each word, so that screen readers say the words and people can read them. */
export function camelCase(words: readonly string[]): string {
  return words.map(capitalized).join('');
}

/**
 * The hashtag that was typed, without its `#`: several words become one, in CamelCase, and one word stays as it was typed. Null
 * without a letter, as no network makes a link of that.
 */
export function hashtagOf(typed: string): string | null {
  const words = typed.normalize('NFC').match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  const tag = words.length > 1 ? camelCase(words) : (words[0] ?? '');
  return /\p{L}/u.test(tag) ? tag : null;
}

/** Letters that become two, as “ß” does, stay as they are. */
function capitalized(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  const capital = first.toUpperCase();
  return (capital.length === first.length ? capital : first) + word.slice(first.length);
}
