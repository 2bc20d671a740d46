export type PasswordProblem =
  | { type: 'too-short'; min: number }
  | { type: 'too-long'; max: number }
  | { type: 'contains-name' }
  | { type: 'too-simple' };

const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 200;
/** "aaaaaaaaaaaa" and "121212121212" are long and guessed at once. */
const MIN_DISTINCT = 5;
/** Shorter names appear by chance in good passphrases. */
const SHORTEST_NAME = 4;
/** What guessers try first, stretched to any length with digits and marks around it. */
const FIRST_GUESSES = new Set(
  `password passwort motdepasse azerty azertyuiop qwerty qwertyuiop qwertz admin administrator administrateur
  moderator moderateur moderatrice chiche mastodon welcome bienvenue letmein iloveyou jetaime monkey dragon`.split(/\s+/),
);
const SEQUENCES = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'azertyuiopqsdfghjklmwxcvbn', 'qwertyuiopasdfghjklzxcvbnm'];

/** One spelling for what keyboards write in several ways; what is hashed. */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

/** Why nobody should be let in by this password, null when it will do; lengths in characters as people count them. */
export function passwordProblem(password: string, name: string): PasswordProblem | null {
  const characters = [...normalPassword(password)];
  if (characters.length < MIN_CHARACTERS) return { type: 'too-short', min: MIN_CHARACTERS };
  if (characters.length > MAX_CHARACTERS) return { type: 'too-long', max: MAX_CHARACTERS };
  const text = characters.join('').toLowerCase();
  if (name.length >= SHORTEST_NAME && text.includes(name.toLowerCase())) return { type: 'contains-name' };
  return isSimple(text) ? { type: 'too-simple' } : null;
}

function isSimple(text: string): boolean {
  if (new Set(text).size < MIN_DISTINCT) return true;
  const word = text.normalize('NFD').replace(/[^a-z]/g, '');
  if (FIRST_GUESSES.has(word)) return true;
  return SEQUENCES.some((sequence) => runsAlong(sequence, text) || runsAlong([...sequence].reverse().join(''), text));
}

/** Whether the whole text walks along the sequence, starting anew at its end. */
function runsAlong(sequence: string, text: string): boolean {
  const round = sequence.repeat(Math.ceil(text.length / sequence.length) + 1);
  return round.includes(text);
}
