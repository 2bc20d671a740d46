import type { Point } from '../domain/gap.ts';
import type { Silence } from '../domain/silence.ts';
import { escapeHtml, type PostLanguage, type Translator } from '../platform/text.ts';
import type { GraphFacts } from './graph-facts.ts';
import type { Frame } from './graph-frame.ts';
import type { Paint } from './graph-theme.ts';

export type Side = 'fediverse' | 'x';
/** What every part of a graph is drawn from. */
export type Canvas = {
  /** Thinned. */
  facts: GraphFacts;
  /** The same readings, cut where an account was silent. */
  lines: Readonly<Record<Side, readonly (readonly Point[])[]>>;
  silent: Readonly<Record<Side, readonly Silence[]>>;
  frame: Frame;
  paint: Paint;
  text: Translator<PostLanguage>;
};

/** A word on the drawing. */
export function write(x: number, y: number, words: string, fill: string, attributes: string): string {
  return `<text x="${x}" y="${y}" fill="${fill}" ${attributes}>${escapeHtml(words)}</text>`;
}

/** Keeps words legible on lines. */
export function halo(paint: Paint): string {
  return `paint-order="stroke" stroke="${paint.card}" stroke-width="5" stroke-linejoin="round"`;
}
