import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { drawPicture } from '../../src/posts/card.ts';
import { pictureFacts, type PictureFacts } from '../../src/posts/picture-facts.ts';
import { PICTURE_KINDS, pictureKey, type Picture } from '../../src/posts/picture-name.ts';
import { lelibreedu } from '../support/campaign-facts.ts';

/** Pictures that somebody looked at, made smaller. After a change that is meant: `UPDATE_PICTURES=yes`, and look at them again. */
const REFERENCES = join(PROJECT_ROOT, 'test/pictures/references');
const WIDTH = 320;
/** Of 255: what another version of the renderer may differ by, on the whole and in all but two values of a thousand. */
const MEAN = 0.6;
const MOST = 10;

/** One kind each, so that every kind was looked at in a language whose words are longer. */
const others: Picture[] = [
  { kind: 'card', language: 'de', size: 'wide', theme: 'light', format: 'png' },
  { kind: 'countdown', language: 'de', size: 'square', theme: 'dark', format: 'png' },
  { kind: 'graph', language: 'es', size: 'wide', theme: 'light', format: 'png' },
  { kind: 'victory', language: 'es', size: 'square', theme: 'light', format: 'png' },
  { kind: 'countdown', language: 'it', size: 'wide', theme: 'light', format: 'png' },
  { kind: 'card', language: 'it', size: 'square', theme: 'dark', format: 'png' },
];

const pictures: Picture[] = PICTURE_KINDS.flatMap((kind) =>
  (['wide', 'square'] as const).flatMap((size) =>
    (['light', 'dark'] as const).map((theme) => ({ kind, language: theme === 'light' ? ('fr' as const) : ('en' as const), size, theme, format: 'png' as const })),
  ),
);

function factsFor({ kind, language }: Picture): PictureFacts {
  return pictureFacts(lelibreedu(kind === 'victory' ? 3 : 2), { language, publicUrl: 'https://chiche.example' });
}

function small(png: Buffer): Sharp {
  return sharp(png).resize({ width: WIDTH }).removeAlpha();
}

/** How much two pictures differ: the mean, and what two values of a thousand are beyond. */
async function difference(a: Buffer, b: Buffer): Promise<{ mean: number; most: number }> {
  const [one, other] = await Promise.all([a, b].map((png) => small(png).raw().toBuffer()));
  if (one === undefined || one.length !== other?.length) return { mean: 255, most: 255 };
  const apart = one.map((value, index) => Math.abs(value - (other[index] ?? 0))).sort();
  return { mean: apart.reduce((sum, value) => sum + value, 0) / apart.length, most: apart[Math.floor(apart.length * 0.998)] ?? 255 };
}

describe('pictures look as they did when somebody looked at them', () => {
  test.each([...pictures, ...others].map((picture): [string, Picture] => [pictureKey(picture), picture]))('%s', async (name, picture) => {
    const drawn = await drawPicture(factsFor(picture), picture);
    const path = join(REFERENCES, name);
    if (process.env['UPDATE_PICTURES'] === 'yes') await writeFile(path, await small(drawn).png({ palette: true, colours: 32, compressionLevel: 9 }).toBuffer());
    const { mean, most } = await difference(drawn, await readFile(path));
    expect(mean).toBeLessThan(MEAN);
    expect(most).toBeLessThan(MOST);
  });

  test('which another last digit would not', async () => {
    const picture: Picture = { kind: 'card', language: 'fr', size: 'wide', theme: 'light', format: 'png' };
    const facts = factsFor(picture);
    const reference = await readFile(join(REFERENCES, pictureKey(picture)));
    const other = await drawPicture({ ...facts, left: { ...facts.left, count: 5_091 } }, picture);
    const { mean, most } = await difference(other, reference);
    expect(mean > MEAN || most > MOST).toBe(true);
  });
});
