import { expect, test } from '@jest/globals';
import { ACCOUNT_STATES } from './account.entity.ts';
import { hasNoCount, presentAccount } from './present-account.ts';

const account = {
  network: 'mastodon',
  handle: 'ministry@old.example',
  url: 'https://old.example/@ministry',
  actorUri: 'https://old.example/users/ministry',
  newHandle: null,
};

test('an account is where it was found', () => {
  expect(presentAccount(account)).toEqual({ handle: account.handle, url: account.url, actorUri: account.actorUri });
});

test('an account that moved, or has another name, is there', () => {
  expect(presentAccount({ ...account, newHandle: 'Ministry@New.example' })).toEqual({
    handle: 'Ministry@new.example',
    url: 'https://new.example/@Ministry',
    actorUri: null,
  });
});

test.each(['', 'https://new.example/ap/users/1', 'javascript:alert(1)', 'a@b@c'])('a new name that is none (%s) changes nothing', (newHandle) => {
  expect(presentAccount({ ...account, newHandle }).url).toBe(account.url);
});

test('what an account that hides, or is no more, once had is no count of today', () => {
  expect(ACCOUNT_STATES.filter(hasNoCount)).toEqual(['hidden', 'suspended', 'gone', 'deleted']);
});
