import { readdir } from 'node:fs/promises';
import { handleText } from '../domain/handle.ts';
import { ok, type Result } from '../domain/result.ts';
import { locate } from './fediverse-account.ts';
import type { Asking, Network, NetworkFailure, NetworkId } from './network.ts';
import { nodeInfo } from './nodeinfo.ts';

const FILE = /^(.+)\.network\.(?:ts|js)$/;

/** Every network there is a file for, by its id; adding a network is adding its file to this folder. */
export const allNetworks: readonly Network[] = await loadNetworks(new URL('.', import.meta.url));

const byId = new Map(allNetworks.map((network) => [network.id, network]));
/** Reads every server of the fediverse, if less well than one that knows its software. */
export const anyFediverse = network('activitypub');

/** The network of a known id; throws for one that has no file. */
export function network(id: NetworkId): Network {
  const found = byId.get(id);
  if (!found) throw new Error(`There is no network called ${id}`);
  return found;
}

/** Where an account of the fediverse lives. */
export interface Discovery {
  readonly network: Network;
  /** Canonical handle, in its server's casing. */
  readonly handle: string;
  readonly actorUri: string;
  /** NodeInfo name; null when the server does not tell. */
  readonly software: string | null;
}

/**
 * Finds out which network a fediverse handle (canonical text) belongs to: WebFinger for its home server, NodeInfo
 * for that server's software. Software without a network of its own is read through ActivityPub.
 */
export async function discover(handle: string, asking: Asking): Promise<Result<Discovery, NetworkFailure>> {
  const account = await locate(handle, asking);
  if (!account.ok) return account;
  const { handle: canonical, actorUri } = account.value;
  return ok({ ...(await networkOf(new URL(actorUri).host, asking)), handle: handleText(canonical), actorUri });
}

/** Which network reads the accounts of a host of the fediverse, by what its NodeInfo tells. */
export async function networkOf(host: string, { http, now }: Asking): Promise<Pick<Discovery, 'network' | 'software'>> {
  const server = await nodeInfo(host, http, now);
  const software = server.ok ? server.value.software : null;
  const found = allNetworks.find((candidate) => software !== null && candidate.software.includes(software));
  return { network: found ?? anyFediverse, software };
}

async function loadNetworks(folder: URL): Promise<Network[]> {
  const files = (await readdir(folder)).filter((file) => FILE.test(file)).sort();
  return Promise.all(files.map((file) => loadNetwork(file, folder)));
}

async function loadNetwork(file: string, folder: URL): Promise<Network> {
  const loaded = (await import(new URL(file, folder).href)) as { network?: Network };
  const id = FILE.exec(file)?.[1];
  if (!loaded.network || loaded.network.id !== id) {
    throw new Error(`${file} must export a \`network\` whose id is ${id}`);
  }
  return loaded.network;
}
