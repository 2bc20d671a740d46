/** A stretch of text that stayed, went or came. */
export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Past two texts of 3000 words and marks each, the whole text is shown twice. */
const MAX_PAIRS = 9_000_000;

/** What changed between two texts, word by word, along their longest common sequence. */
export function diffWords(before: string, after: string): Piece[] {
  const old = wordsOf(before);
  const now = wordsOf(after);
  if (old.length * now.length > MAX_PAIRS) return merged([piece('removed', before), piece('added', after)]);
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  const pieces: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const [oldWord, newWord] = [old[i], now[j]];
    if (oldWord !== undefined && oldWord === newWord) {
      pieces.push(piece('same', oldWord));
      i += 1;
      j += 1;
    } else if (newWord === undefined || (oldWord !== undefined && at(lengths, (i + 1) * width + j) >= at(lengths, i * width + j + 1))) {
      pieces.push(piece('removed', oldWord ?? ''));
      i += 1;
    } else {
      pieces.push(piece('added', newWord));
      j += 1;
    }
  }
  return merged(pieces);
}

function wordsOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** For each pair of places, how many words the rests have in common, in order. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? at(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1));
    }
  }
  return lengths;
}

function merged(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const { kind, text } of pieces) {
    const last = whole.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text !== '') whole.push({ kind, text });
  }
  return whole;
}

function piece(kind: Piece['kind'], text: string): Piece {
  return { kind, text };
}

function at(lengths: Uint16Array, index: number): number {
  return lengths[index] ?? 0;
}
