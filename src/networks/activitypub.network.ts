import { atSignUrl, homeOf, parseToText, readingBy, readThroughActivityPub } from './fediverse-account.ts';
import { oneByOne } from './many-accounts.ts';
import type { Network } from './network.ts';

const { find, count } = readingBy(readThroughActivityPub);

/** Any server that speaks ActivityPub and has no file of its own here. */
export const network: Network = {
  id: 'activitypub',
  name: 'ActivityPub',
  fediverse: true,
  software: [],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  home: homeOf,
  batch: 1,
  onceADay: false,
  find,
  followers: oneByOne(count),
};
