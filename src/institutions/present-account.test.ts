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

test('an account with another name is on the page of that name', () => {
  const renamed = presentAccount({ ...account, newHandle: 'department@old.example' });
  expect(renamed).toEqual({ handle: 'department@old.example', url: 'https://old.example/@department', actorUri: account.actorUri });
});

test('an account that moved is where it was found again, or else where its name leads', () => {
  const found = { url: 'https://social.new.example/@ministry', actorUri: 'https://social.new.example/users/1' };
  const moved = { ...account, ...found, newHandle: 'ministry@new.example' };
  expect(presentAccount(moved)).toEqual({ ...found, handle: 'ministry@new.example' });
  expect(presentAccount({ ...moved, url: account.url }).url).toBe('https://new.example/@ministry');
});

test('what an account that hides, or is no more, once had is no count of today', () => {
  expect(ACCOUNT_STATES.filter(hasNoCount)).toEqual(['hidden', 'suspended', 'gone', 'deleted']);
});
