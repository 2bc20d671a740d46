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

  find(handle) {
    return Promise.resolve(
      ok({
        handle,
        url: profileUrl(handle),
        actorUri: null,
        displayName: handle,
        pictureUrl: null,
        links: [],
        followers: null,
      }),
    );
  },

  followers() {
    return Promise.resolve(fail({ type: 'read-by-people' }));
  },
};

function profileUrl(handle: string): string {
  return `https://x.com/${handle}`;
}
