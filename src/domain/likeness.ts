/** From this likeness on, two names are worth a second look by a person. */
const ALIKE = 0.8;
/** Two words this alike are taken for spellings of one ("national", "nationale"; "éducation", "education"). */
const SAME_WORD = 0.7;
const SHORTEST_ACRONYM = 3;
const LONGEST_ACRONYM = 10;
/** "Ministry" says little about which one, yet it tells the city of Lyon from the university of Lyon. */
const KIND_WEIGHT = 0.35;

const STOP_WORDS = new Set(
  'a and au aux d de des du en et for in l la le les of on par pour s sur the to un une'.split(' '),
);
/** Kinds of institutions: each line is one kind, in French and in English. */
const KINDS = new Map(
  [
    ['ministere', 'ministry', 'department'],
    ['ville', 'city', 'commune', 'mairie'],
    ['universite', 'university'],
    ['agence', 'agency'],
    ['direction', 'directorate'],
    ['academie', 'academy'],
    ['institut', 'institute'],
    ['prefecture'],
    ['departement'],
    ['region'],
  ].flatMap((words) => words.map((word) => [word, words[0]])),
);

type Name = { readonly words: readonly string[]; readonly acronym: string | null };

/**
 * How alike the names of two institutions are, from 0 to 1: without regard to case, accents, articles, the order
 * of words or small differences of spelling; an acronym is alike to the name that it stands for.
 */
export function likeness(nameA: string, nameB: string): number {
  const a = readName(nameA);
  const b = readName(nameB);
  if (standsFor(a, b) || standsFor(b, a)) return 1;
  const weight = sum(a.words.map(weightOf)) + sum(b.words.map(weightOf));
  return weight === 0 ? 0 : (weightFound(a.words, b.words) + weightFound(b.words, a.words)) / weight;
}

/** Whether both names may well be of the same institution. */
export function looksLike(nameA: string, nameB: string): boolean {
  return likeness(nameA, nameB) >= ALIKE;
}

/** The words that matter, apart from an acronym of the others before or behind them: "… (ANSSI)". */
function readName(name: string): Name {
  const words = name
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !STOP_WORDS.has(word));
  const [first = '', ...afterFirst] = words;
  if (spells(first, afterFirst)) return { words: afterFirst, acronym: first };
  const last = words.at(-1) ?? '';
  const beforeLast = words.slice(0, -1);
  if (spells(last, beforeLast)) return { words: beforeLast, acronym: last };
  return { words, acronym: null };
}

function standsFor(short: Name, long: Name): boolean {
  const [word = '', ...others] = short.words;
  return others.length === 0 && (word === long.acronym || spells(word, long.words));
}

/** Whether these words begin with the acronym's letters: `dinum`, "direction interministérielle du numérique". */
function spells(acronym: string, words: readonly string[]): boolean {
  const { length } = acronym;
  if (length < SHORTEST_ACRONYM || length > LONGEST_ACRONYM) return false;
  return words.length > 1 && words.length <= length && isMadeOf(acronym, words);
}

function isMadeOf(letters: string, [word, ...others]: readonly string[]): boolean {
  if (word === undefined) return letters === '';
  for (let taken = 1; taken <= word.length && letters.startsWith(word.slice(0, taken)); taken++) {
    if (isMadeOf(letters.slice(taken), others)) return true;
  }
  return false;
}

function weightOf(word: string): number {
  return KINDS.has(word) ? KIND_WEIGHT : 1;
}

/** How much of the weight of `words` is found again among `others`. */
function weightFound(words: readonly string[], others: readonly string[]): number {
  return sum(words.map((word) => weightOf(word) * Math.max(0, ...others.map((other) => wordLikeness(word, other)))));
}

/** 1 for the same word or kind, else the Dice coefficient of their pairs of letters where that is high. */
function wordLikeness(a: string, b: string): number {
  if (a === b || (KINDS.has(a) && KINDS.get(a) === KINDS.get(b))) return 1;
  const pairsOfA = letterPairs(a);
  const pairsOfB = letterPairs(b);
  const shared = [...pairsOfA].filter((pair) => pairsOfB.has(pair)).length;
  const alike = (2 * shared) / (pairsOfA.size + pairsOfB.size);
  return alike >= SAME_WORD ? alike : 0;
}

function letterPairs(word: string): Set<string> {
  return new Set(Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
