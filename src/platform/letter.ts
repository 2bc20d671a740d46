import type { Mail } from './mailer.ts';
import { escapeHtml } from './text.ts';

export interface Letter {
  to: string;
  subject: string;
  paragraphs: readonly string[];
  /** Where to go from the mail. */
  link: string;
  /** Small print: why this mail came, and the way out. */
  closing: readonly string[];
  /** As in a {@link Mail}. */
  unsubscribe?: string;
}

/** The mail of a letter, in text and in HTML. */
export function mailOf({ to, subject, paragraphs, link, closing, unsubscribe }: Letter): Mail {
  return {
    to,
    subject,
    text: [...paragraphs, link, ...closing].join('\n\n'),
    html: [
      ...paragraphs.map((text) => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`),
      `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
      ...closing.map((text) => `<p><small>${escapeHtml(text)}</small></p>`),
    ].join('\n'),
    ...(unsubscribe !== undefined && { unsubscribe }),
  };
}
