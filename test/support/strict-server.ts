import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSignedBy, signatureOf } from './signatures.ts';

/** The rest of the world, as the strict server sees it. */
export interface Surroundings {
  /** JSON of the server that the asking actor claims to be on. */
  asks(path: string): Promise<unknown>;
  now(): Date;
}

export interface StrictServer {
  readonly port: number;
  /** Paths that somebody was shown, once they had proved who they are. */
  readonly checked: string[];
  close(): Promise<void>;
}

interface AskingActor {
  readonly id: string;
  readonly preferredUsername: string;
  readonly publicKey: { readonly id: string; readonly owner: string; readonly publicKeyPem: string };
}

interface Finger {
  readonly subject: string;
  readonly links: readonly { readonly rel: string; readonly href: string }[];
}

const ACTIVITY = 'application/activity+json';
const SERVER = 'https://strict.example';
const MAIRIE = `${SERVER}/users/mairie`;

const OPEN: Readonly<Record<string, object>> = {
  '/.well-known/webfinger': {
    subject: 'acct:mairie@strict.example',
    links: [{ rel: 'self', type: ACTIVITY, href: MAIRIE }],
  },
  '/.well-known/nodeinfo': {
    links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${SERVER}/nodeinfo/2.0` }],
  },
  '/nodeinfo/2.0': { software: { name: 'gotosocial', version: '0.20.0' } },
};
const CLOSED: Readonly<Record<string, object>> = {
  '/users/mairie': { id: MAIRIE, type: 'Person', preferredUsername: 'mairie', followers: `${MAIRIE}/followers` },
  '/users/mairie/followers': { id: `${MAIRIE}/followers`, type: 'OrderedCollection', totalItems: 1204 },
};

/** GoToSocial on loopback: actors and collections for nobody whose signature, key, actor and name do not belong together. */
export async function startStrictServer(surroundings: Surroundings): Promise<StrictServer> {
  const checked: string[] = [];
  const server = createServer((request, response) => {
    answer(request, surroundings, checked).then(
      ([status, body]) => response.writeHead(status, { 'content-type': ACTIVITY }).end(JSON.stringify(body)),
      (error: Error) => response.destroy(error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    checked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, surroundings: Surroundings, checked: string[]): Promise<[number, object]> {
  const path = new URL(request.url ?? '', SERVER).pathname;
  const open = OPEN[path];
  if (open) return [200, open];
  if (!(await isProven(request, surroundings))) return [401, { error: 'Unauthorized' }];
  checked.push(path);
  return [200, CLOSED[path] ?? {}];
}

/** As `AuthenticateFederatedRequest` of GoToSocial: the key's actor is fetched, and must be who it says to be. */
async function isProven(request: IncomingMessage, { asks, now }: Surroundings): Promise<boolean> {
  const signature = signatureOf(request);
  if (signature === null) return false;
  const { pathname, host } = new URL(signature.keyId);
  const { id, preferredUsername, publicKey } = (await asks(pathname)) as AskingActor;
  if (publicKey.id !== signature.keyId || publicKey.owner !== id) return false;
  const name = `acct:${preferredUsername}@${host}`;
  const finger = (await asks(`/.well-known/webfinger?resource=${encodeURIComponent(name)}`)) as Finger;
  const self = finger.links.find(({ rel }) => rel === 'self')?.href;
  return finger.subject === name && self === id && isSignedBy(publicKey.publicKeyPem, request, now());
}
