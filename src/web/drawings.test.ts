import { expect, jest, test } from '@jest/globals';
import { Drawings } from './drawings.service.ts';

function sketching(version: string) {
  const draw = jest.fn(() => Promise.resolve(Buffer.from(version)));
  return { draw, sketch: jest.fn(() => Promise.resolve({ version, draw })) };
}

test('ten who ask at once share one drawing, and one look at the facts', async () => {
  const drawings = new Drawings();
  const { draw, sketch } = sketching('1');
  const pictures = await Promise.all(Array.from({ length: 10 }, () => drawings.picture('card', sketch)));
  expect(pictures.map(String)).toEqual(Array(10).fill('1'));
  expect(sketch).toHaveBeenCalledTimes(1);
  expect(draw).toHaveBeenCalledTimes(1);
});

test('the same version is not drawn again, another one is', async () => {
  const drawings = new Drawings();
  const [first, second] = [sketching('1'), sketching('2')];
  await drawings.picture('card', first.sketch);
  await drawings.picture('card', first.sketch);
  expect(first.draw).toHaveBeenCalledTimes(1);
  expect(String(await drawings.picture('card', second.sketch))).toBe('2');
});

test('a drawing that fails is tried again by the next who asks', async () => {
  const drawings = new Drawings();
  const broken = () => Promise.reject(new Error('no facts'));
  await expect(drawings.picture('card', broken)).rejects.toThrow('no facts');
  const { sketch } = sketching('1');
  expect(String(await drawings.picture('card', sketch))).toBe('1');
});
