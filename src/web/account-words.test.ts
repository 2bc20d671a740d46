import { describe, expect, test } from '@jest/globals';
import { lelibreedu, pageRequest } from '../../test/support/campaign-facts.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { ACCOUNT_STATES, type AccountState } from '../institutions/account.entity.ts';
import { LANGUAGES, translator } from '../platform/text.ts';
import { renderPage } from '../platform/views.ts';
import { cardAlt } from '../posts/card.ts';
import { pictureFacts } from '../posts/picture-facts.ts';
import { accountNotes, shortAccountWords } from './account-words.ts';
import type { AccountFacts, CampaignFacts } from './campaign-facts.ts';
import { freshnessView } from './account-freshness.ts';
import { campaignPage } from './campaign.page.ts';
import { embedPage } from './embed.page.ts';

const english = translator('en');
const facts = lelibreedu(2);

/** The account after something became of it; `tries` that failed since its last reading, an hour ago. */
function account(state: AccountState, fields: Partial<AccountFacts> = {}): AccountFacts {
  const known = facts.accounts.fediverse;
  if (known === null) throw new Error('There is no account.');
  const lost = ['hidden', 'suspended', 'gone', 'deleted'].includes(state);
  return { ...known, state, count: lost ? null : known.count, ...fields };
}

function told(one: AccountFacts, now = facts.now, state: CampaignFacts['campaign']['state'] = 'live'): string[] {
  const notes = accountNotes(one, { campaign: { ...facts.campaign, state }, now }, english);
  return notes.map(({ name, words, now: place }) => `${name}: ${words}${place === null ? '' : ` ${place.text}`}`);
}

const elsewhere = { handle: 'ministry@new.example', url: 'https://new.example/@ministry', isElsewhere: true };
const failing = { byPeople: false, lastAt: facts.now, nextAt: facts.now, failed: 9, why: 'unreachable' };

describe('what is told of an account', () => {
  test.each<[AccountState, Partial<AccountFacts>, string[]]>([
    ['ok', {}, []],
    ['limited', {}, ['Mastodon: its server’s moderators limit whom the account reaches. Its followers are counted as ever.']],
    ['renamed', elsewhere, ['Mastodon: the account is now called @ministry@new.example']],
    ['moved', elsewhere, ['Mastodon: the account has moved to @ministry@new.example']],
    ['moved', {}, ['Mastodon: the account has moved to another one, which could not be found.']],
    ['hidden', {}, ['Mastodon: the account hides its number of followers. Last reading: 5,090, on 2 September at 09:10 (UTC+2).']],
    ['suspended', {}, ['Mastodon: the account is suspended on its server. Last reading: 5,090, on 2 September at 09:10 (UTC+2).']],
    ['gone', { latest: null }, ['Mastodon: its server no longer knows the account.']],
    ['deleted', { latest: null }, ['Mastodon: the account was deleted.']],
    ['opted-out', { latest: null }, ['Mastodon: its server asks Chiche not to read it. The number stays as it was last read.']],
    ['unreachable', { tries: failing }, []],
    ['unreachable', { tries: failing, latest: null, count: null }, ['Mastodon: could not be read so far: its server does not answer.']],
  ])('%s %#', (state, fields, notes) => {
    expect(told(account(state, fields))).toEqual(notes);
  });

  test.each<[string, AccountState, string]>([
    ['misskey', 'gone', 'its server no longer shows the account: it was deleted or suspended, the server does not say which.'],
    ['misskey', 'suspended', 'the account is suspended on its server.'],
    ['misskey', 'hidden', 'the account hides its number of followers.'],
    ['gotosocial', 'hidden', 'its server shows no number of followers: the account hides it or is suspended, the server does not say which.'],
    ['gotosocial', 'gone', 'its server no longer knows the account.'],
  ])('is no more than a server of %s says: %s', (network, state, words) => {
    expect(told(account(state, { network, latest: null }))).toEqual([`Mastodon: ${words}`]);
    const view = freshnessView(account(state, { network, tries: { ...failing, why: state } }), { campaign: facts.campaign, now: facts.now }, english);
    expect(view.failure).toContain(words.split(/[:,.]/)[0]?.slice(0, 20));
  });

  test('is since when it could not be read, and why, once its number is old', () => {
    const later = new Date(facts.now.getTime() + 2 * DAY);
    expect(told(account('unreachable', { tries: failing }), later)).toEqual([
      'Mastodon: could not be read since 2 September at 09:10 (UTC+2): its server does not answer.',
    ]);
    expect(told(account('moved', { ...elsewhere, tries: failing }), later)).toHaveLength(2);
    // Nothing failed: nobody tried.
    expect(told(account('ok'), later)).toEqual(['Mastodon: has not been read since 2 September at 09:10 (UTC+2).']);
    expect(told(account('unreachable', { tries: failing }), later, 'ended')).toEqual([]);
  });

  test('is less hurried where people read', () => {
    const byPeople = { ...failing, byPeople: true, why: null, failed: 0 };
    expect(told(account('ok', { tries: byPeople }), new Date(facts.now.getTime() + 6 * DAY))).toEqual([]);
    expect(told(account('ok', { tries: byPeople }), new Date(facts.now.getTime() + 7 * DAY))).toEqual([
      'Mastodon: nobody has read it since 2 September at 09:10 (UTC+2).',
    ]);
  });
});

test('every state has its few words, and those without a number never a 0', () => {
  const telling = { campaign: facts.campaign, now: new Date(facts.now.getTime() + 40 * HOUR) };
  for (const language of LANGUAGES) {
    const words = ACCOUNT_STATES.map((state) => shortAccountWords(account(state, elsewhere), telling, translator(language)));
    expect(words).not.toContain('');
  }
  const soon = { campaign: facts.campaign, now: facts.now };
  expect(shortAccountWords(account('ok'), soon, english)).toBeNull();
  expect(shortAccountWords(account('moved', elsewhere), soon, english)).toBe('moved to @ministry@new.example');
  expect(shortAccountWords(account('unreachable'), telling, english)).toBe('not read since 2 September');
  expect(shortAccountWords(account('suspended'), soon, english)).toBe('account suspended');
});

describe.each(LANGUAGES)('in %s', (language) => {
  const request = pageRequest(language);
  const { t } = translator(language);

  test.each(['hidden', 'suspended', 'gone', 'deleted'] as const)('an account that is %s has words instead of a number', (state) => {
    const lost = { ...facts, gap: null, accounts: { ...facts.accounts, fediverse: account(state) } };
    const words = t(`account-states.${state}`);
    for (const html of [
      renderPage('campaign', campaignPage(lost, request), request),
      renderPage('embed', embedPage(lost, { size: 'large', theme: 'auto' }, request), request, 'bare'),
    ]) {
      const [side = ''] = /<div class="side side-fediverse[\s\S]*?<\/div>/.exec(html) ?? [];
      expect(side).toContain(`<small>${words}</small>`);
      expect(side).not.toMatch(/>0</);
      expect(html).toContain(t(`accounts.note.${state}`));
    }
    expect(cardAlt(pictureFacts(lost, request))).toContain(words);
  });

  test('an account that moved leads to where it went', () => {
    const moved = { ...facts, accounts: { ...facts.accounts, fediverse: account('moved', elsewhere) } };
    const html = renderPage('campaign', campaignPage(moved, request), request);
    expect(html).toContain(`${t('accounts.note.moved')} <a href="https://new.example/@ministry"`);
  });
});
