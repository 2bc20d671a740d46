import { atSignUrl, homeOf, orThroughActivityPub, parseToText, readingBy } from './fediverse-account.ts';
import { inOneCall, isIdentified } from './many-accounts.ts';
import { lookUp, lookUpMany, MOST_ACCOUNTS } from './mastodon-api.ts';
import type { Network } from './network.ts';

const { find, count } = readingBy(orThroughActivityPub(lookUp));

/** Mastodon and the servers whose anonymous account lookup is Mastodon's. */
export const network: Network = {
  id: 'mastodon',
  name: 'Mastodon',
  fediverse: true,
  software: ['mastodon', 'hometown', 'fedibird', 'hollo'],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  home: homeOf,
  batch: MOST_ACCOUNTS,
  onceADay: false,
  method: {
    calls: [
      'GET /api/v1/accounts/lookup?acct={name}',
      'GET /api/v1/accounts?id[]={id}',
    ],
    signed: 'where-closed',
    suspended: 'told',
  },
  find,
  followers: inOneCall(isIdentified, lookUpMany, count),
};
