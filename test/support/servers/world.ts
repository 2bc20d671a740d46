import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request to one server of the test world. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Of a form or of JSON, which servers take alike. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What stands before every path for a browser: `/~host`. */
  readonly base: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Another implementation of a server than the demo's, written from protocols and recorded answers alone. */
export interface TestServer {
  readonly host: string;
  /** Handles of its people end with it. */
  readonly accountDomain: string;
  readonly people: readonly Person[];
  answer(asked: Asked): Answer;
}

export interface Person {
  readonly id: string;
  readonly user: string;
  readonly actorUri: string;
  readonly server: TestServer;
  /** ActivityPub ids, newest first. */
  readonly followers: Set<string>;
  readonly requests: Set<string>;
  /** Answers follow requests by hand. */
  locked: boolean;
  /** ActivityPub ids of those who may not follow. */
  readonly blocks: Set<string>;
  movedTo: Person | null;
  /** ActivityPub ids that it says to have had. */
  readonly alsoKnownAs: string[];
  /** Sites that may credit it. */
  readonly attributionDomains: string[];
  /** What they say of themselves, as HTML. */
  note: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const ACTIVITY = 'application/activity+json';

/** Servers that find each other, on one loopback port: by the Host header, or for browsers as `/~host/…`. */
export class TestWorld {
  readonly servers = new Map<string, TestServer>();
  readonly seen: SeenRequest[] = [];
  /** Hosts whose connections are cut. */
  readonly down = new Set<string>();
  /** Hosts that hear and never answer. */
  readonly silent = new Set<string>();
  /** Requests (`POST /path`) that are heard and obeyed, and whose answer gets lost. */
  readonly lost = new Set<string>();
  /** Requests (`POST /path`) that are heard and obeyed, and never answered. */
  readonly unanswered = new Set<string>();
  port = 0;
  private readonly http = createServer((request, response) => void this.serve(request, response));

  /** `patience` tells how many milliseconds the next answer takes. */
  constructor(
    readonly now: () => Date,
    private readonly patience: () => number = () => 0,
  ) {}

  get address(): string {
    return `localhost:${this.port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.http.listen(0, resolve));
    this.port = (this.http.address() as AddressInfo).port;
    return this;
  }

  add<Server extends TestServer>(server: Server): Server {
    for (const host of new Set([server.host, server.accountDomain])) this.servers.set(host, server);
    return server;
  }

  /** By `user@host`, as a server that resolves it would find it. */
  find(handle: string): Person | null {
    const [user = '', host = ''] = handle.replace(/^@/, '').toLowerCase().split('@');
    return this.servers.get(host)?.people.find((person) => person.user.toLowerCase() === user) ?? null;
  }

  /** No servers, all of them up, and nothing seen. */
  empty(): void {
    this.servers.clear();
    this.down.clear();
    this.seen.length = 0;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, named, rest = '/'] = /^\/~([^/]+)(\/.*)?$/.exec(request.url ?? '/') ?? [];
    const host = named ?? request.headers.host ?? '';
    const url = new URL(named === undefined ? (request.url ?? '/') : rest, 'http://any.invalid');
    const body = await readBody(request);
    const fields = await fieldsOf(body, request.headers['content-type'] ?? '');
    const method = request.method ?? 'GET';
    this.seen.push({ method, host, path: url.pathname, fields });
    const server = this.servers.get(host);
    if (server === undefined || this.down.has(host)) return void response.destroy();
    if (this.silent.has(host)) return;
    const { pathname: path, searchParams: query } = url;
    const asked = { method, path, query, headers: request.headers, fields, base: named === undefined ? '' : `/~${host}` };
    const answer = wellKnown(server, asked) ?? server.answer(asked);
    const milliseconds = this.patience();
    if (milliseconds > 0) await wait(milliseconds);
    if (this.lost.has(`${method} ${path}`)) return void response.destroy();
    if (this.unanswered.has(`${method} ${path}`)) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

/** A person of a server; actor ids are not built from names, as on today's Mastodon. */
export function newPerson(server: TestServer, user: string, folder: string): Person {
  const id = String(7_001 + server.people.length);
  const actorUri = `https://${server.host}/${folder}/${id}`;
  return { id, user, actorUri, server, followers: new Set(), requests: new Set(), locked: false, blocks: new Set(), movedTo: null, alsoKnownAs: [], attributionDomains: [], note: '' };
}

export function handleOf({ user, server }: Person): string {
  return `${user}@${server.accountDomain}`;
}

/** Follows, or asks to; false where the other one blocks. */
export function follow(follower: Person, target: Person): boolean {
  if (target.blocks.has(follower.actorUri)) return false;
  if (!target.followers.has(follower.actorUri)) (target.locked ? target.requests : target.followers).add(follower.actorUri);
  return true;
}

export function json(body: unknown, status = 200, type = 'application/json'): Answer {
  return { status, headers: { 'content-type': type }, body: JSON.stringify(body) };
}

export function html(title: string, body: string, status = 200): Answer {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><main><h1>${escape(title)}</h1>${body}</main></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page };
}

export function redirect(location: string): Answer {
  return { status: 302, headers: { location }, body: '' };
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** WebFinger (RFC 7033), actor and followers collection (ActivityPub 4.1, 5.3), which all these servers share. */
function wellKnown(server: TestServer, { path, query, headers, base }: Asked): Answer | null {
  if (path === '/.well-known/webfinger') return webfinger(server, query.get('resource') ?? '');
  const actor = server.people.find(({ actorUri }) => new URL(actorUri).pathname === path);
  if (actor !== undefined && !(headers.accept ?? '').includes('text/html')) return json(actorDocument(actor), 200, ACTIVITY);
  const followed = server.people.find(({ actorUri }) => `${new URL(actorUri).pathname}/followers` === path);
  if (followed !== undefined && base === '') return json(followersDocument(followed), 200, ACTIVITY);
  return null;
}

function webfinger(server: TestServer, resource: string): Answer {
  const [user, host = ''] = resource.replace(/^acct:/, '').toLowerCase().split('@');
  const person = server.people.find((each) => each.user.toLowerCase() === user);
  if (person === undefined || ![server.host, server.accountDomain].includes(host)) return json({ error: 'Not found' }, 404);
  return json({
    subject: `acct:${handleOf(person)}`,
    links: [
      { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: `https://${server.host}/@${person.user}` },
      { rel: 'self', type: ACTIVITY, href: person.actorUri },
    ],
  }, 200, 'application/jrd+json');
}

function actorDocument({ actorUri: id, user, locked, movedTo, alsoKnownAs, attributionDomains, note }: Person): object {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id,
    'type': 'Person',
    'preferredUsername': user,
    'manuallyApprovesFollowers': locked,
    'inbox': `${id}/inbox`,
    'followers': `${id}/followers`,
    'summary': note,
    'attributionDomains': attributionDomains,
    ...(alsoKnownAs.length > 0 && { alsoKnownAs }),
    ...(movedTo && { movedTo: movedTo.actorUri }),
  };
}

function followersDocument({ actorUri, followers }: Person): object {
  const id = `${actorUri}/followers`;
  return { '@context': 'https://www.w3.org/ns/activitystreams', id, 'type': 'OrderedCollection', 'totalItems': followers.size, 'orderedItems': [...followers].reverse() };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function fieldsOf(body: Buffer, type: string): Promise<Record<string, unknown>> {
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return Object.fromEntries(form as unknown as Iterable<[string, unknown]>);
  }
  const text = body.toString();
  if (type.startsWith('application/json')) return JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(text));
}
