import { atSignUrl, countOf, locate, parseToText, readThroughActivityPub } from './fediverse-account.ts';
import type { Network } from './network.ts';

/** Any server that speaks ActivityPub and has no file of its own here. */
export const network: Network = {
  id: 'activitypub',
  name: 'ActivityPub',
  fediverse: true,
  software: [],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  find,
  followers: async (handle, http, now) => countOf(await find(handle, http, now)),
};

async function find(...[handle, http, now]: Parameters<Network['find']>): ReturnType<Network['find']> {
  const account = await locate(handle, http, now);
  return account.ok ? readThroughActivityPub(account.value, http, now) : account;
}
