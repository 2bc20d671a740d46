import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { SettableClock } from '../platform/clock.ts';
import type { FoundAccount } from './account-finder.service.ts';
import { Account } from './account.entity.ts';
import { Institution } from './institution.entity.ts';
import { InstitutionsQuery } from './institutions.query.ts';
import { Institutions, type InstitutionFacts } from './institutions.service.ts';

const NOW = new Date('2023-08-30T10:00:00Z');

const ministry: InstitutionFacts = {
  name: 'Ministère de l’Éducation nationale',
  country: 'FR',
  kind: 'ministry',
  website: null,
  wikidataId: null,
};

const found: FoundAccount = {
  network: 'mastodon',
  networkName: 'Mastodon',
  handle: 'LeLibreEdu@social.example',
  url: 'https://social.example/@LeLibreEdu',
  actorUri: 'https://social.example/users/LeLibreEdu',
  remoteId: null,
  displayName: 'Le Libre Édu',
  picture: Buffer.from('a picture').toString('base64'),
  followers: 2900,
  linksBack: true,
};

const onX: FoundAccount = {
  ...found,
  network: 'x',
  networkName: 'X',
  handle: 'LeLibreEdu',
  url: 'https://x.com/LeLibreEdu',
  actorUri: null,
  picture: null,
  followers: null,
};

let database: TestDatabase;
let dataSource: DataSource;
let institutions: Institutions;
let query: InstitutionsQuery;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
  institutions = new Institutions(new SettableClock(NOW));
  query = new InstitutionsQuery(dataSource);
});
afterAll(() => database.close());
beforeEach(() => dataSource.query('TRUNCATE institution CASCADE'));

function ensureInstitution(facts: Partial<InstitutionFacts> = {}): Promise<Institution> {
  return dataSource.transaction((manager) => institutions.ensureInstitution(manager, { ...ministry, ...facts }));
}

function ensureAccount(institution: Institution, account: Partial<FoundAccount> = {}) {
  return dataSource.transaction((manager) =>
    institutions.ensureAccount(manager, institution, { ...found, ...account }, NOW),
  );
}

async function accountOf(institution: Institution, account: Partial<FoundAccount> = {}): Promise<Account> {
  const ensured = await ensureAccount(institution, account);
  if (!ensured.ok) throw new Error(ensured.error.type);
  return dataSource.getRepository(Account).findOneByOrFail({ id: ensured.value.id });
}

test('an institution is the same however its name is spaced and cased', async () => {
  const first = await ensureInstitution();
  const second = await ensureInstitution({ name: '  Ministère  de l’Éducation Nationale ' });
  expect(second.id).toBe(first.id);
  expect((await ensureInstitution({ country: 'BE' })).id).not.toBe(first.id);
});

test('an institution is the same under its Wikidata id, and another one under another id', async () => {
  const first = await ensureInstitution({ wikidataId: 'Q1' });
  expect((await ensureInstitution({ name: 'Éducation nationale', wikidataId: 'Q1' })).id).toBe(first.id);
  expect((await ensureInstitution({ wikidataId: 'Q2' })).id).not.toBe(first.id);
  expect((await ensureInstitution()).id).toBe(first.id);
});

test('an institution that is added by many at once is added once', async () => {
  const added = await Promise.all(Array.from({ length: 8 }, () => ensureInstitution()));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
});

test('what was typed can be put right until a moderator has let the institution through', async () => {
  const institution = await ensureInstitution({ website: 'https://wrong.example/' });
  const account = await accountOf(institution, { linksBack: false });
  expect(await ensureInstitution({ website: 'https://right.example/' })).toMatchObject({ website: 'https://right.example/' });
  expect(await accountOf(institution)).toMatchObject({ linksBack: true });

  await dataSource.getRepository(Account).update({ id: account.id }, { nextReadingAt: NOW });
  expect(await ensureInstitution({ website: 'https://evil.example/', wikidataId: 'Q3' })).toMatchObject({
    website: 'https://right.example/',
    wikidataId: 'Q3',
  });
  expect(await accountOf(institution, { linksBack: false })).toMatchObject({ linksBack: true });
});

test('an account that is new is kept as it was found', async () => {
  const institution = await ensureInstitution();
  expect(await accountOf(institution)).toMatchObject({
    network: 'mastodon',
    handle: 'LeLibreEdu@social.example',
    handleKey: 'lelibreedu@social.example',
    state: 'ok',
    nextReadingAt: null,
    failures: 0,
    createdAt: NOW,
  });
});

test('an account that is known is refreshed, even when its server runs other software now', async () => {
  const institution = await ensureInstitution();
  const first = await accountOf(institution);
  await dataSource.getRepository(Account).update({ id: first.id }, { failures: 3, lastFailure: 'gone', state: 'gone' });
  const again = await accountOf(institution, {
    network: 'activitypub',
    handle: 'lelibreedu@social.example',
    displayName: 'Autre nom',
    picture: null,
    followers: null,
  });
  expect(again).toMatchObject({
    id: first.id,
    network: 'activitypub',
    displayName: 'Autre nom',
    state: 'hidden',
    failures: 0,
    lastFailure: null,
  });
  expect(await query.picture(first.id)).toEqual(Buffer.from('a picture'));
});

test('an account on X is another account than one of that name elsewhere', async () => {
  const institution = await ensureInstitution();
  const first = await accountOf(institution);
  const x = await accountOf(institution, onX);
  expect(x.id).not.toBe(first.id);
  expect(x.state).toBe('ok');
});

test('an account that many add at once is added once', async () => {
  const institution = await ensureInstitution();
  const added = await Promise.all(Array.from({ length: 8 }, () => accountOf(institution)));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
});

test('an account belongs to one institution from the moment that it is read', async () => {
  const { id } = await accountOf(await ensureInstitution());
  const city = await ensureInstitution({ name: 'Ville de Lyon', kind: 'city' });
  expect(await ensureAccount(city)).toMatchObject({ ok: true, value: { id, institution: { name: 'Ville de Lyon' } } });
  await accountOf(await ensureInstitution());
  await dataSource.getRepository(Account).update({ id }, { nextReadingAt: NOW });
  expect(await ensureAccount(city)).toEqual({
    ok: false,
    error: { type: 'belongs-to-another', institutionName: ministry.name },
  });
});

test('likely duplicates are those with the account, then those with such a name in the country', async () => {
  const same = await ensureInstitution();
  const holder = await ensureInstitution({ name: 'Direction du numérique pour l’éducation', kind: 'agency' });
  await accountOf(holder);
  await ensureInstitution({ name: 'Ville de Lyon', kind: 'city' });
  await ensureInstitution({ name: 'Ministère de l’Éducation', country: 'BE' });
  const duplicates = await query.likelyDuplicates({
    name: 'Ministere de l education nationale',
    country: 'FR',
    handles: ['LELIBREEDU@social.example'],
  });
  expect(duplicates.map(({ institution, reasons }) => [institution.id, reasons])).toEqual([
    [holder.id, ['same-account']],
    [same.id, ['similar-name']],
  ]);
});

test('nothing is like an institution that nobody heard of', async () => {
  await ensureInstitution();
  expect(await query.likelyDuplicates({ name: 'Ville de Nantes', country: 'FR', handles: [] })).toEqual([]);
});

test('the picture of an account is given back, or nothing', async () => {
  const account = await accountOf(await ensureInstitution());
  expect(await query.picture(account.id)).toEqual(Buffer.from('a picture'));
  expect(await query.picture('00000000-0000-7000-8000-000000000000')).toBeNull();
});
