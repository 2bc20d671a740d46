import { parseXHandle } from '../domain/handle.ts';
import { fail, ok } from '../domain/result.ts';
import type { Network } from './network.ts';

/**
 * X, read by people: its terms forbid scraping and its API is paid for by each read, so no request is ever made.
 * A profile is built from the name alone, and whether it exists is for people to see.
 */
export const network: Network = {
  id: 'x',
  name: 'X',
  fediverse: false,
  software: [],
  parseHandle: parseXHandle,
  profileUrl,
  home: () => 'api.x.com',
  batch: 1,
  onceADay: true,

  find(handle) {
    return Promise.resolve(
      ok({
        handle,
        url: profileUrl(handle),
        actorUri: null,
        remoteId: null,
        displayName: handle,
        pictureUrl: null,
        links: [],
        followers: null,
        limited: false,
        alsoKnownAs: [],
      }),
    );
  },

  followers(accounts) {
    return Promise.resolve(new Map(accounts.map(({ handle }) => [handle, fail({ type: 'read-by-people' })])));
  },
};

function profileUrl(handle: string): string {
  return `https://x.com/${handle}`;
}
