import { expect, test } from '@jest/globals';
import { parseOptions } from '@node-rs/argon2';
import { hashPassword, isPassword } from './password-hash.ts';

test('a password opens its own hash, however the keyboard wrote it', async () => {
  const hash = await hashPassword('crème brûlée du soir');
  expect(parseOptions(hash)).toMatchObject({ algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  expect(await isPassword('crème brûlée du soir'.normalize('NFD'), hash)).toBe(true);
  expect(await isPassword('crème brûlée du matin', hash)).toBe(false);
});

test('nobody without a password is let in, at the same cost', async () => {
  expect(await isPassword('', null)).toBe(false);
  const hash = await hashPassword('crème brûlée du soir');
  const milliseconds = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    for (let round = 0; round < 3; round += 1) await work();
    return performance.now() - start;
  };
  const known = await milliseconds(() => isPassword('wrong', hash));
  const unknown = await milliseconds(() => isPassword('wrong', null));
  expect(unknown).toBeGreaterThan(known / 10);
});
