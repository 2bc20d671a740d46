import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { Secret } from './secret.entity.ts';
import { siteActor, SiteKey } from './site-key.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('processes that make the key at the same time end with the same one, and so does every later one', async () => {
  const processes = Array.from({ length: 5 }, () => new SiteKey(database.dataSource));
  const keys = new Set(await Promise.all(processes.map((process) => process.publicKeyPem())));
  expect(keys.size).toBe(1);
  expect(await new SiteKey(database.dataSource).publicKeyPem()).toBe([...keys][0]);
  expect(await database.dataSource.getRepository(Secret).countBy({ name: 'site-key' })).toBe(1);
});

test('it is an RSA key of 2048 bits', async () => {
  const key = await new SiteKey(database.dataSource).privateKey();
  expect(key.asymmetricKeyType).toBe('rsa');
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
});

test('it is read once in a process, but for a database that did not answer', async () => {
  let asked = 0;
  const flaky = {
    getRepository: () => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return database.dataSource.getRepository(Secret);
    },
  };
  const key = new SiteKey(flaky as never);
  await expect(key.privateKey()).rejects.toThrow('not now');
  const [first, second] = await Promise.all([key.privateKey(), key.privateKey()]);
  expect(second).toBe(first);
  expect(asked).toBe(2);
});

test('its address is in the document of the site’s actor', () => {
  expect(siteActor('https://chiche.example')).toEqual({
    id: 'https://chiche.example/actor',
    keyId: 'https://chiche.example/actor#main-key',
  });
});
