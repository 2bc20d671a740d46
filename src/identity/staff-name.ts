const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}])?$/u;

/** The one spelling of a name: people type it with or without capitals. Null when it is no name. */
export function staffName(typed: string): string | null {
  const name = typed.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  return NAME.test(name) ? name : null;
}
