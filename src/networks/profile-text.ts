const MAX_LINKS = 50;
const MAX_NAME = 200;

/** http(s) addresses in HTML or plain profile text, each once: the targets of links, else bare addresses. */
export function linksIn(fragments: readonly string[]): string[] {
  const links = new Set<string>();
  for (const fragment of fragments) {
    for (const link of addressesIn(fragment)) {
      if (links.size < MAX_LINKS && URL.canParse(link)) links.add(new URL(link).href);
    }
  }
  return [...links];
}

function addressesIn(fragment: string): string[] {
  const targets = [...fragment.matchAll(/href=(["'])(https?:\/\/.{1,2000}?)\1/gi)].map(([, , target = '']) => target);
  const found = targets.length > 0 ? targets : (fragment.match(/https?:\/\/[^\s<>"']{1,2000}/gi) ?? []).map(withoutSentence);
  return found.map((address) => address.replaceAll('&amp;', '&'));
}

/** In sentences and in Markdown, what follows an address often touches it. */
function withoutSentence(address: string): string {
  const [beforeBracket = ''] = address.includes('(') ? [address] : address.split(')');
  return beforeBracket.replace(/[.,;:!?*]+$/, '');
}

/**
 * A name on one line, without characters that reverse or hide the text around them, nor halves of characters, which no
 * database keeps; `user` if nothing is left.
 */
export function displayNameOf(name: string | null | undefined, user: string): string {
  const plain = (name ?? '').toWellFormed().replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return Array.from(plain).slice(0, MAX_NAME).join('') || user;
}

/** The address of a picture or page if it is HTTPS, else null. */
export function httpsUrl(address: unknown): string | null {
  if (typeof address !== 'string' || address.length > 2048 || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'https:' ? url.href : null;
}

/**
 * Whether a code of letters and digits is somewhere in what a person wrote of themselves, in the text or in the address of a
 * link; servers cut long words into pieces, and keyboards add capitals, spaces and dashes.
 */
export function holdsCode(fragments: readonly string[], code: string): boolean {
  const wanted = lettersOf(code);
  const withoutTags = fragments.map((fragment) => fragment.replace(/<[^<>]*>/g, ''));
  return wanted !== '' && [...fragments, ...withoutTags].some((fragment) => lettersOf(fragment).includes(wanted));
}

function lettersOf(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[^a-z0-9]/g, '');
}
