import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_KINDS, type FindFailure, type FoundAccount } from '../institutions/account-finder.service.ts';
import { LANGUAGES, translator } from '../platform/text.ts';
import { firstOpenStep, lookupProblem, possibleDares, readDraft, STEP_FIELDS, type Asked } from './start.form.ts';

const now = new Date('2023-09-02T07:30:00Z');
const rules = { now, emailRequired: false };

const account: FoundAccount = {
  network: 'mastodon',
  networkName: 'Mastodon',
  handle: 'lelibreedu@mastodon.example',
  url: 'https://mastodon.example/@lelibreedu',
  actorUri: 'https://mastodon.example/users/lelibreedu',
  remoteId: null,
  displayName: 'Le Libre éducatif',
  picture: null,
  followers: 5_090,
  linksBack: true,
};
const rival: FoundAccount = { ...account, network: 'x', networkName: 'X', handle: 'lelibreedu', actorUri: null, followers: null };

const fields = {
  name: 'Direction du numérique',
  country: 'fr',
  kind: 'ministry',
  website: 'edu.example',
  wikidataId: '',
  fediverse: '@lelibreedu@mastodon.example',
  x: '@lelibreedu',
  dareKind: 'overtake',
  target: '',
  deadline: '2023-09-04',
  timeZone: 'Europe/Paris',
  title: 'Chiche !',
  story: 'Parce que.',
  quote: '',
  quoteSource: '',
  hashtag: '#TriompheModeste',
  language: 'fr',
  email: '',
};

function asked(text: string, failure: FindFailure | null = null): Asked {
  return { text, website: fields.website, failure };
}

const found = {
  fediverse: account,
  x: rival,
  asked: { fediverse: asked(fields.fediverse), x: asked(fields.x) },
};

describe('a draft', () => {
  test('that is filled in well can be launched', () => {
    const reading = readDraft({ fields, found }, rules);
    expect(firstOpenStep(reading)).toBeNull();
    expect(reading.launch).toMatchObject({
      institution: { country: 'FR', website: 'https://edu.example/' },
      dare: { dareKind: 'overtake', target: null },
      story: { hashtag: 'TriompheModeste', email: null },
      found: { fediverse: account, x: rival },
    });
  });

  test('joins the words of a hashtag, and refuses none that has a letter', () => {
    const hashtag = (typed: string): unknown => readDraft({ fields: { ...fields, hashtag: typed }, found }, rules).launch?.story.hashtag;
    expect(hashtag('plus de monde')).toBe('PlusDeMonde');
    expect(hashtag('#chiche')).toBe('chiche');
    expect(hashtag(' ')).toBeNull();
    expect(readDraft({ fields: { ...fields, hashtag: '2026' }, found }, rules).launch).toBeNull();
  });

  test('has nothing wrong in steps that were not sent yet', () => {
    const reading = readDraft({ fields: {}, found: {} }, rules);
    expect([reading.institution, reading.dare, reading.story].map((step) => step.problems)).toEqual([{}, {}, {}]);
    expect(firstOpenStep(reading)).toBe('institution');
  });

  test('tells every field that is wrong, once', () => {
    const empty = Object.fromEntries(Object.values(STEP_FIELDS).flat().map((name) => [name, '']));
    const reading = readDraft({ fields: empty, found: {} }, { now, emailRequired: true });
    expect(Object.keys(reading.institution.problems)).toEqual(['name', 'country', 'kind']);
    expect(Object.keys(reading.dare.problems)).toEqual(['dareKind', 'timeZone']);
    expect(Object.keys(reading.story.problems)).toEqual(['title', 'story', 'language', 'email']);
  });

  test('does not trust an answer about another text than the one that is there now', () => {
    const reading = readDraft({ fields: { ...fields, fediverse: '@someone@else.example' }, found }, rules);
    expect(reading.found.fediverse).toBeNull();
    expect(reading.institution.problems).toEqual({ fediverse: { key: 'lookup.not-yet', values: {} } });
    expect(reading.launch).toBeNull();
  });

  test.each([
    [{ dareKind: 'overtake', x: '' }, 'dareKind', 'error.needs_x'],
    [{ dareKind: 'overtake', fediverse: '' }, 'dareKind', 'error.needs_fediverse'],
    [{ dareKind: 'reach', fediverse: '', target: '100' }, 'dareKind', 'error.needs_fediverse'],
    [{ dareKind: 'open' }, 'dareKind', 'error.has_account'],
    [{ dareKind: 'reach', target: '' }, 'target', 'error.required'],
    [{ dareKind: 'reach', target: 'plein' }, 'target', 'error.bad_target'],
    [{ dareKind: 'reach', target: '0' }, 'target', 'error.bad_target'],
    [{ deadline: '2023-09-01' }, 'deadline', 'error.past_date'],
    [{ deadline: '4 septembre' }, 'deadline', 'error.bad_date'],
    [{ timeZone: 'Europe/Rennes' }, 'timeZone', 'error.bad_time_zone'],
  ])('whose dare is %j has something wrong with its %s', (typed, name, key) => {
    expect(readDraft({ fields: { ...fields, ...typed }, found }, rules).dare.problems[name]?.key).toBe(key);
  });

  test.each(['12 000', '12\u202f000', '12,000', '12.000'])('understands %s as a number to reach', (target) => {
    const reading = readDraft({ fields: { ...fields, dareKind: 'reach', target }, found }, rules);
    expect(reading.dare.value?.target).toBe(12_000);
  });

  test('counts today as not yet over', () => {
    expect(readDraft({ fields: { ...fields, deadline: '2023-09-02' }, found }, rules).dare.problems).toEqual({});
  });

  test('takes a Wikidata item by its address', () => {
    const wikidataId = 'https://www.wikidata.org/wiki/q3044772';
    expect(readDraft({ fields: { ...fields, wikidataId }, found }, rules).institution.value?.wikidataId).toBe('Q3044772');
  });

  test('counts a line end as one character, as people do', () => {
    const story = 'a\r\n'.repeat(4_000);
    expect(readDraft({ fields: { ...fields, story: `${story}b` }, found }, rules).story.problems).toEqual({
      story: { key: 'error.too_long', values: { max: 8_000 } },
    });
    expect(readDraft({ fields: { ...fields, story }, found }, rules).story.problems).toEqual({});
  });
});

test('the dares on offer depend on the accounts', () => {
  expect(possibleDares({ fediverse: account, x: rival })).toEqual(['overtake', 'reach']);
  expect(possibleDares({ fediverse: account, x: null })).toEqual(['reach']);
  expect(possibleDares({ fediverse: null, x: rival })).toEqual(['open']);
  expect(possibleDares({ fediverse: null, x: null })).toEqual(['open']);
});

const FAILURES: FindFailure[] = [
  { type: 'empty' },
  { type: 'server-only', host: 'xn--rpublique-b4a.example' },
  { type: 'no-server', user: 'lelibreedu' },
  { type: 'forbidden-host', host: 'localhost' },
  { type: 'too-long' },
  { type: 'malformed' },
  { type: 'gone' },
  { type: 'suspended' },
  { type: 'hidden' },
  { type: 'moved', to: 'new@else.example' },
  { type: 'rate-limited', retryAt: null },
  { type: 'refused' },
  { type: 'unreadable', detail: 'x' },
  { type: 'unreachable', detail: 'x' },
  { type: 'read-by-people' },
];

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(ACCOUNT_KINDS.flatMap((kind) => FAILURES.map((failure) => ({ kind, failure, type: failure.type }))))(
    'there are words for $type of an account on $kind',
    ({ kind, failure }) => {
      const { key, values } = lookupProblem(kind, '@lelibreedu@mastodon.example', failure);
      const words = translator(language).t(`start.${key}`, values);
      expect(words).not.toMatch(/undefined|xn--|[{}]/);
    },
  );
});
