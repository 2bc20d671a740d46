/**
 * Characters that a link to a mail program may have: Windows hands on no more than 2,083 (Microsoft, `INTERNET_MAX_URL_LENGTH`),
 * and some browsers drop the whole link beyond 2,048.
 */
export const MAILTO_LIMIT = 2_000;

/** A link that opens a mail program, and the paragraphs that did not fit into it. */
export type Mailto = { readonly href: string; readonly left: readonly string[] };

/** A mail to nobody yet (RFC 6068), with as many whole paragraphs of the text as fit into `limit` characters of the link. */
export function mailto(subject: string, text: string, limit = MAILTO_LIMIT): Mailto {
  const paragraphs = text.split(/\n{2,}/);
  const link = (count: number): string => `mailto:?subject=${encoded(subject)}&body=${encoded(paragraphs.slice(0, count).join('\n\n'))}`;
  let count = paragraphs.length;
  while (count > 0 && link(count).length > limit) count -= 1;
  return { href: link(count), left: paragraphs.slice(count) };
}

/** Lines end with CR LF (RFC 6068, section 5), and halves of characters cannot be written. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed().replace(/\r?\n/g, '\r\n'));
}
