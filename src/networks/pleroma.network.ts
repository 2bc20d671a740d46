import { atSignUrl, homeOf, orThroughActivityPub, parseToText, readingBy } from './fediverse-account.ts';
import { oneByOne } from './many-accounts.ts';
import { lookUp } from './mastodon-api.ts';
import type { Network } from './network.ts';

const { find, count } = readingBy(orThroughActivityPub(lookUp));

/** Pleroma and Akkoma, whose account lookup is Mastodon's, with what they hide told beside it; they list no accounts by id. */
export const network: Network = {
  id: 'pleroma',
  name: 'Pleroma',
  fediverse: true,
  software: ['pleroma', 'akkoma', 'rebased'],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  home: homeOf,
  batch: 1,
  onceADay: false,
  method: {
    calls: ['GET /api/v1/accounts/lookup?acct={name}'],
    signed: 'where-closed',
    suspended: 'not-found',
  },
  find,
  followers: oneByOne(count),
};
