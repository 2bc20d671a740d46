import type { EntityManager } from 'typeorm';
import { handleKey, handleText, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { placeOf, type KeyRing, type Keys } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import type { Pledge } from './pledge.entity.ts';

/** Who pledged: all that a row holds of it, sealed as one text. */
export interface Person {
  handle: FediverseHandle;
  /** Once proven. */
  actorUri: string | null;
  /** Where their own server lets them follow, once it told. */
  followUrl: string | null;
}

/** Purposes of the keyed hashes. */
const HANDLE = 'pledge.handle';
const ACTOR = 'pledge.actor';
const HOST = 'pledge.host';

/** The length of what is sealed tells no more than this about the length of a handle. */
const BLOCK = 64;

type Sealed = Pick<Pledge, 'id' | 'sealed'>;

export function sealPerson(keys: Keys, pledgeId: string, { handle, ...rest }: Person): string {
  const text = JSON.stringify({ handle: handleText(handle), ...rest });
  return keys.seal(placeOf('pledge', 'sealed', pledgeId), text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK));
}

/** Null once erased. Throws when it cannot be opened: the site does not start without its keys. */
export async function openPerson(ring: KeyRing, { id, sealed }: Sealed, manager?: EntityManager): Promise<Person | null> {
  if (sealed === null) return null;
  const text = await ring.open(placeOf('pledge', 'sealed', id), sealed, manager);
  if (text === null) throw new Error(`Pledge ${id} cannot be opened.`);
  return personOf(text);
}

function personOf(text: string): Person {
  const { handle, actorUri, followUrl } = JSON.parse(text) as { handle: string; actorUri: string | null; followUrl: string | null };
  const parsed = parseFediverseHandle(handle);
  if (!parsed.ok) throw new Error('A pledge holds something else than a handle.');
  return { handle: parsed.value, actorUri, followUrl };
}

/** What a handle is hashed as, however it was spelt. */
export function handleHash(keys: Keys, handle: FediverseHandle): string {
  return keys.hash(HANDLE, handleKey(handle));
}

/** As it may have been hashed, under each of the keys. */
export function handleHashes(keys: Keys, handle: FediverseHandle): string[] {
  return keys.hashes(HANDLE, handleKey(handle));
}

export function actorHashes(keys: Keys, actorUri: string): string[] {
  return keys.hashes(ACTOR, actorUri);
}

export function actorHash(keys: Keys, actorUri: string): string {
  return keys.hash(ACTOR, actorUri);
}

export function hostHash(keys: Keys, handle: FediverseHandle): string {
  return keys.hash(HOST, handle.host);
}

/** As a server's name may have been hashed, under each of the keys. */
export function hostHashes(keys: Keys, host: string): string[] {
  return keys.hashes(HOST, host);
}

/** The rows of the table, for whoever changes the site's keys. */
export const SEALED_PLEDGES: SealedTable = {
  name: 'pledge',
  column: 'sealed',
  hashed: ['handle_hash', 'actor_hash', 'host_hash'],
  hashesOf: (keys, opened) => {
    const { handle, actorUri } = personOf(opened);
    return [handleHash(keys, handle), actorUri === null ? null : actorHash(keys, actorUri), hostHash(keys, handle)];
  },
};
