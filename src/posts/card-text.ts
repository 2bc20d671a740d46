/** Where a text of the card breaks, without a font engine: widths of Inter's letters, in ems. */

const NARROW = new Set("iljI.,:;!'’|()[]`· \u00a0\u202f\u2009");
const WIDE = new Set('mwMWŒÆ@%—…');

/** About how wide a text is at a size of one, in ems; a little more rather than less. */
export function textWidth(text: string, bold: boolean): number {
  let width = 0;
  for (const letter of text) {
    if (NARROW.has(letter)) width += 0.31;
    else if (WIDE.has(letter)) width += 0.9;
    else if (letter !== letter.toLowerCase()) width += 0.69;
    else if (letter >= '0' && letter <= '9') width += 0.66;
    else width += 0.565;
  }
  return bold ? width * 1.02 : width * 0.97;
}

/** Cuts a text into at most `most` lines of `width` ems; what does not fit ends in an ellipsis. */
export function wrapText(text: string, width: number, most: number, bold: boolean): string[] {
  const lines: string[] = [];
  let line = '';
  // No-break spaces hold words together, so only ordinary ones are places to break.
  for (const word of text.split(/[ \n\t]+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer, bold) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  const kept = lines.slice(0, most).map((each) => shorten(each, width, bold));
  const last = kept.at(-1);
  if (lines.length > most && last !== undefined) kept[most - 1] = shorten(`${last}…`, width, bold);
  return kept;
}

/** The same lines, but about equally long: none is left alone with one word. */
export function balanceText(text: string, width: number, most: number, bold: boolean): string[] {
  const lines = wrapText(text, width, most, bold);
  if (lines.at(-1)?.endsWith('…')) return lines;
  for (let narrower = width * 0.5; narrower < width; narrower += width / 40) {
    const balanced = wrapText(text, narrower, lines.length, bold);
    if (!balanced.some((line) => line.endsWith('…'))) return balanced;
  }
  return lines;
}

function shorten(line: string, width: number, bold: boolean): string {
  if (textWidth(line, bold) <= width) return line;
  let short = line.replace(/…$/, '');
  while (short.length > 1 && textWidth(`${short}…`, bold) > width) short = short.slice(0, -1);
  return `${short.trimEnd()}…`;
}
