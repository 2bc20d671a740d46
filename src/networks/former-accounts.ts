import { z } from 'zod';
import { parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { fetchActor, fetchDocument, idOf, sameOrigin } from './activitypub.ts';
import type { Asking } from './network.ts';
import { webfinger } from './webfinger.ts';

/** An account that its holder left for another one. */
export interface FormerAccount {
  readonly handle: FediverseHandle;
  readonly actorUri: string;
}

/** People move once or twice; more are not looked at. */
const MOST = 4;

const movedSchema = z.object({ id: z.string().max(2048), preferredUsername: z.string().max(300), movedTo: z.unknown() });

/**
 * The accounts that moved to this one, as both ends say (`alsoKnownAs` here, `movedTo` there: Mastodon's Move). One that
 * cannot be read, because its server is gone or down, is none: who it was cannot be known.
 */
export async function formerAccounts(actorUri: string, asking: Asking): Promise<FormerAccount[]> {
  const actor = await fetchActor(actorUri, asking.http, asking.now);
  if (!actor.ok) return [];
  const told = actor.value.alsoKnownAs.slice(0, MOST);
  const found = await Promise.all(told.map((uri) => formerAccount(uri, actorUri, asking)));
  return found.filter((account) => account !== null);
}

async function formerAccount(uri: string, movedTo: string, { http, now }: Asking): Promise<FormerAccount | null> {
  const document = await fetchDocument(uri, http, now);
  if (!document.ok || !document.value.isActivity || !sameOrigin(document.value.url, uri)) return null;
  const moved = movedSchema.safeParse(document.value.body).data;
  if (moved?.id !== uri || idOf(moved.movedTo) !== movedTo) return null;
  const named = parseFediverseHandle(`${moved.preferredUsername}@${new URL(uri).host}`);
  const found = named.ok ? await webfinger(named.value, http, now) : null;
  return found?.ok && found.value.actorUri === uri ? { handle: found.value.handle, actorUri: uri } : null;
}
