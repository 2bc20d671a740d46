import { rasterize } from '../../posts/card-raster.ts';

const WIDTH = 720;

/** What a phone shows of a made-up profile on X, as a PNG. */
export function screenshot(name: string, handle: string, followers: number): Promise<Buffer> {
  const line = (y: number, size: number, weight: number, fill: string, words: string): string =>
    `<text x="40" y="${y}" font-family="Inter" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(words)}</text>`;
  return rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="480" viewBox="0 0 ${WIDTH} 480">
      <rect width="${WIDTH}" height="480" fill="#fff"/>
      <rect width="${WIDTH}" height="150" fill="#cfd9de"/>
      <circle cx="110" cy="160" r="70" fill="#17161f" stroke="#fff" stroke-width="8"/>
      ${line(290, 38, 800, '#0f1419', name)}
      ${line(334, 28, 500, '#536471', `@${handle}`)}
      ${line(430, 34, 800, '#0f1419', `${followers.toLocaleString('en-GB')} Followers`)}
    </svg>`,
    WIDTH,
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
