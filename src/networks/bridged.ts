import { isOnBluesky, type FediverseHandle } from '../domain/handle.ts';

/** Bridgy Fed shows accounts of one network on the other, of those who asked it to (https://fed.brid.gy/docs). */
const ON_FEDIVERSE = 'bsky.brid.gy';
const ON_BLUESKY = 'ap.brid.gy';

/** Under which handle somebody is on the fediverse, if they are: whoever is on Bluesky, as `@name.example@bsky.brid.gy`. */
export function fediverseSide(handle: FediverseHandle): FediverseHandle {
  return isOnBluesky(handle) ? { user: handle.user, host: ON_FEDIVERSE } : handle;
}

/** Under which name an account of the fediverse (canonical text) is on Bluesky, if it is; `_` is none of a host's letters. */
export function blueskySide(handle: string): string {
  return `${handle.replace('@', '.')}.${ON_BLUESKY}`.replaceAll('_', '-').toLowerCase();
}
