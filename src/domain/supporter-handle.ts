import { BLUESKY_HOST, parseBlueskyHandle, parseFediverseHandle, type FediverseHandle, type HandleError } from './handle.ts';
import { parseHost } from './host.ts';
import { fail, ok, type Result } from './result.ts';

/** Names below it are Bluesky's own, and nobody's server. */
const BLUESKY_NAMES = '.bsky.social';
/** The beginning of an address that Bluesky's own sites and applications give. */
const ON_BLUESKY = /^\s*(?:at:\/\/|(?:https?:\/\/)?bsky\.app\/)/i;
/** What people write after an @ of Bluesky, and where Bridgy Fed shows them on the fediverse (https://fed.brid.gy/docs). */
const WRITTEN_FOR_BLUESKY = new Set([BLUESKY_HOST, 'bsky.social', 'bsky.brid.gy']);

/**
 * Reads the handle of a supporter, who may be on Bluesky: then it is `{ user: 'alice.bsky.social', host: 'bsky.app' }`. Only
 * what cannot be meant for a server of the fediverse is taken for Bluesky: names of bsky.social, the address of a profile on
 * bsky.app, an `at://` address. A domain alone may be both, and stays a server without a name.
 */
export function parseSupporterHandle(text: string): Result<FediverseHandle, HandleError> {
  if (ON_BLUESKY.test(text)) return fromAddress(text);
  const read = parseFediverseHandle(text);
  if (read.ok) return WRITTEN_FOR_BLUESKY.has(read.value.host) ? onBluesky(read.value.user) : read;
  const name = nameAlone(read.error).toLowerCase();
  return name.endsWith(BLUESKY_NAMES) ? onBluesky(name) : read;
}

function fromAddress(text: string): Result<FediverseHandle, HandleError> {
  const name = parseBlueskyHandle(text);
  return name.ok ? onBluesky(name.value) : name;
}

function nameAlone(error: HandleError): string {
  if (error.type === 'server-only') return error.host;
  return error.type === 'no-server' ? error.user : '';
}

/** `name` without a dot is one of bsky.social's; a DID names nobody to people. */
function onBluesky(name: string): Result<FediverseHandle, HandleError> {
  const host = parseHost(name.includes('.') ? name : name + BLUESKY_NAMES);
  return host.ok ? ok({ user: host.value, host: BLUESKY_HOST }) : fail({ type: 'malformed' });
}
