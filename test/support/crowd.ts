import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server of the crowd answers; `drips`: a byte now and then, and never the end. */
export interface CrowdAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  drips?: boolean;
  /** Milliseconds before the answer begins. */
  after?: number;
}

export interface CrowdRequest {
  host: string;
  /** With its query. */
  path: string;
  method: string;
}

/** Any number of Mastodon servers behind one port of loopback, told apart by the names that they are called by. */
export interface Crowd {
  address: { host: string; port: number };
  requests: CrowdRequest[];
  /** The most requests that any host had to answer at the same time. */
  mostAtOnce(): number;
  /** Requests for an account's count. */
  lookups(): string[];
  /** What is asked next is answered like this; null: as Mastodon would. */
  answer: (request: CrowdRequest) => CrowdAnswer | null;
  close(): Promise<void>;
}

const DRIP_MILLISECONDS = 20;

/** Starts a crowd in which every account exists and has the number of followers that `count` tells. */
export async function startCrowd(count: (handle: string) => number = () => 100): Promise<Crowd> {
  const underWay = new Map<string, number>();
  let most = 0;
  const server = createServer((request, response) => {
    const asked = { host: request.headers.host ?? '', path: request.url ?? '', method: request.method ?? '' };
    crowd.requests.push(asked);
    const now = (underWay.get(asked.host) ?? 0) + 1;
    underWay.set(asked.host, now);
    most = Math.max(most, now);
    response.on('close', () => underWay.set(asked.host, (underWay.get(asked.host) ?? 1) - 1));
    send(crowd.answer(asked) ?? mastodonAnswer(asked, count), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const crowd: Crowd = {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    requests: [],
    mostAtOnce: () => most,
    lookups: () => crowd.requests.flatMap(({ host, path }) => (isLookup(path) ? [`${acctOf(path)}@${host}`] : [])),
    answer: () => null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return crowd;
}

function isLookup(path: string): boolean {
  return path.startsWith('/api/v1/accounts/lookup?');
}

function acctOf(path: string): string {
  return new URLSearchParams(path.split('?')[1]).get('acct') ?? '';
}

/** As much of Mastodon as reading a count needs: lookup, WebFinger, NodeInfo and actors; no robots.txt. */
export function mastodonAnswer({ host, path }: CrowdRequest, count: (handle: string) => number): CrowdAnswer {
  const origin = `https://${host}`;
  if (isLookup(path)) return { status: 200, body: account(acctOf(path), host, count) };
  if (path.startsWith('/.well-known/webfinger?')) {
    const subject = new URLSearchParams(path.split('?')[1]).get('resource') ?? '';
    const user = subject.replace(/^acct:/, '').split('@')[0] ?? '';
    const self = { rel: 'self', type: 'application/activity+json', href: `${origin}/users/${user}` };
    return { status: 200, body: { subject, links: [self] } };
  }
  if (path === '/.well-known/nodeinfo') {
    return { status: 200, body: { links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${origin}/nodeinfo/2.0` }] } };
  }
  if (path === '/nodeinfo/2.0') return { status: 200, body: { software: { name: 'mastodon', version: '4.5.0' } } };
  const user = /^\/users\/(\w+)$/.exec(path)?.[1];
  if (user !== undefined) return { status: 200, headers: ACTIVITY, body: actor(user, origin) };
  return { status: 404, body: { error: 'Record not found' } };
}

const ACTIVITY = { 'content-type': 'application/activity+json' };

/** Made like Mastodon's own, so that `moved` and the like can be added by tests. */
export function account(user: string, host: string, count: (handle: string) => number): Record<string, unknown> {
  const uri = `https://${host}/users/${user}`;
  const followers = count(`${user}@${host}`);
  return { id: `id-${user}`, username: user, acct: user, uri, url: `https://${host}/@${user}`, display_name: user, followers_count: followers };
}

export function actor(user: string, origin: string): Record<string, unknown> {
  const id = `${origin}/users/${user}`;
  return { id, type: 'Person', preferredUsername: user, followers: `${id}/followers`, inbox: `${id}/inbox` };
}

function send({ status, headers, body, drips, after }: CrowdAnswer, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    if (!drips) return response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    const drip = setInterval(() => response.write(' '), DRIP_MILLISECONDS);
    response.on('close', () => clearInterval(drip));
    return undefined;
  }, after ?? 0);
}
