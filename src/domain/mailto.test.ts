import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAILTO_LIMIT, mailto } from './mailto.ts';

/** What a mail program makes of a link. */
function opened(href: string): { subject: string | null; body: string | null } {
  const url = new URL(href);
  // Unlike a form, a mail keeps its plus signs (RFC 6068, section 5).
  const fields = new Map(url.search.slice(1).split('&').map((field) => field.split('=').map(decodeURIComponent) as [string, string]));
  return { subject: fields.get('subject') ?? null, body: fields.get('body') ?? null };
}

describe('a link to a mail program', () => {
  test('keeps accents, plus signs, ampersands and line ends', () => {
    const { href, left } = mailto('Été & +1 ?', 'Ligne une\nligne deux : 100 %\n\n– fin');
    expect(href).toContain('%0D%0A');
    expect(href).not.toMatch(/[ \n]/);
    expect(opened(href)).toEqual({ subject: 'Été & +1 ?', body: 'Ligne une\r\nligne deux : 100 %\r\n\r\n– fin' });
    expect(left).toEqual([]);
  });

  test('holds what fits, by whole paragraphs, and tells the rest', () => {
    const paragraph = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }).map((text) => text.replace(/[\r\n]/g, ' '));
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 12 }), (paragraphs) => {
        const { href, left } = mailto('Objet', paragraphs.join('\n\n'));
        expect(href.length).toBeLessThanOrEqual(MAILTO_LIMIT);
        const sent = paragraphs.slice(0, paragraphs.length - left.length);
        expect([...sent, ...left]).toEqual(paragraphs);
        expect(opened(href).body).toBe(sent.join('\r\n\r\n').toWellFormed());
        // Not one paragraph less than fits.
        if (left.length > 0) expect(mailto('Objet', [...sent, left[0] ?? ''].join('\n\n'), Infinity).href.length).toBeGreaterThan(MAILTO_LIMIT);
      }),
    );
  });

  test('does not break on half a character', () => {
    expect(mailto('\ud83d', 'a\ud83d').href).toBe('mailto:?subject=%EF%BF%BD&body=a%EF%BF%BD');
  });
});
