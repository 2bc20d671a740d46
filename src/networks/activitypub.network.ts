import {
  atSignUrl,
  countOf,
  homeOf,
  locate,
  oneByOne,
  parseToText,
  readThroughActivityPub,
  relocate,
} from './fediverse-account.ts';
import type { Network } from './network.ts';

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

  async find(handle, asking) {
    const account = await locate(handle, asking);
    return account.ok ? readThroughActivityPub(account.value, asking) : account;
  },

  followers: oneByOne(async (known, asking) => {
    const account = await relocate(known, asking);
    return account.ok ? countOf(await readThroughActivityPub(account.value, asking)) : account;
  }),
};
