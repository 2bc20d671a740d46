import type { Language } from '../platform/text.ts';
import type { EmbedLook, EmbedSize } from './embed.page.ts';

/** CSS pixels. */
export type FrameSize = { readonly width: number; readonly height: number };

/** How high a frame of at least a width must be for a title of four lines on a phone; from 700 on there are two columns. */
const HEIGHTS: Readonly<Record<EmbedSize, readonly (readonly [from: number, height: number])[]>> = {
  small: [[560, 450], [0, 580]],
  large: [[700, 630], [560, 880], [0, 1_000]],
};
const WIDEST = 900;

/** The address at which a campaign is framed. */
export function embedUrl(publicUrl: string, slug: string, language: Language, { size, theme }: EmbedLook): string {
  const wishes = { lang: language, ...(theme === 'auto' ? {} : { theme }), ...(size === 'large' ? {} : { size }) };
  return `${publicUrl}/c/${slug}/embed?${String(new URLSearchParams(wishes))}`;
}

/** How large a frame is that shows all of it, in at most this room; the score alone where there is no more. */
export function frameIn(room: Partial<FrameSize>, asked: EmbedSize = 'large'): FrameSize & { readonly size: EmbedSize } {
  const width = Math.min(room.width ?? 600, WIDEST);
  const most = room.height ?? Infinity;
  const large = heightOf('large', width);
  if (asked === 'large' && large <= most) return { width, height: large, size: 'large' };
  return { width, height: Math.min(heightOf('small', width), most), size: 'small' };
}

function heightOf(size: EmbedSize, width: number): number {
  return HEIGHTS[size].find(([from]) => width >= from)?.[1] ?? 0;
}

/** The code to paste: a frame that runs nothing, whose links open a window of their own. */
export function frameCode(address: string, title: string, { width, height }: { readonly width: number | '100%'; readonly height: number }): string {
  return `<iframe src="${attribute(address)}" title="${attribute(title)}" width="${width}" height="${height}" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox" style="border:0;border-radius:20px;max-width:100%"></iframe>`;
}

/** Text inside an attribute of code that people copy. */
export function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

/** Where the frame's size and code are told for a campaign (oEmbed 1.0, discovery). */
export function oEmbedUrl(publicUrl: string, slug: string): string {
  return `${publicUrl}/oembed?url=${encodeURIComponent(`${publicUrl}/c/${slug}`)}`;
}
