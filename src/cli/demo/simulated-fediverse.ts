import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, redirect, write, writeFault, type Answer } from './simulated-answers.ts';
import { accountAsked, apiAnswer, isForActor } from './simulated-api.ts';
import { outsidePage, pageAnswer, worldPage } from './simulated-pages.ts';
import type { Asked } from './simulated-software.ts';
import { SimulatedSignIn } from './simulated-sign-in.ts';
import { faultOf, SimulatedWorld } from './simulated-world.ts';

/** A request that reached the simulation, by the host it was meant for. */
export interface SimulatedRequest {
  readonly at: Date;
  readonly method: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
}

const MAX_REQUESTS = 1000;
const MAX_BODY = 100_000;
const LOOPBACK = '127.0.0.1';

/** A whole fediverse on one loopback port, told apart by the Host header; hosts that were not added do not exist. */
export class SimulatedFediverse extends SimulatedWorld {
  /** The latest ones, oldest first. */
  readonly requests: SimulatedRequest[] = [];
  /** What a guarded client takes as its private network. */
  readonly address: { readonly host: string; readonly port: number };
  readonly signIn = new SimulatedSignIn(this);
  private readonly server: Server;

  constructor(server: Server) {
    super();
    this.server = server;
    this.address = { host: LOOPBACK, port: (server.address() as AddressInfo).port };
  }

  /** The same page for a browser, which cannot resolve hosts that do not exist; other addresses are left alone. */
  browserUrl(address: string): string {
    const { host, pathname, search } = new URL(address);
    if (!this.serverOf(host)) return address;
    return `http://${LOOPBACK}:${this.address.port}/~${host}${pathname}${search}`;
  }

  /** Ends every connection, also those that a fault keeps busy. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Starts an empty simulation; port 0 takes any free one. `now` dates its log and its rate limits. */
export async function startSimulatedFediverse({
  port = 0,
  now = () => new Date(),
}: { port?: number; now?: () => Date } = {}): Promise<SimulatedFediverse> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  const fediverse = new SimulatedFediverse(server);
  server.on('request', (request, response) => {
    handle(fediverse, request, response, now()).catch((error: unknown) => {
      write(json({ error: String(error) }, undefined, 500), response);
    });
  });
  return fediverse;
}

async function handle(
  fediverse: SimulatedFediverse,
  request: IncomingMessage,
  response: ServerResponse,
  now: Date,
): Promise<void> {
  const { host, base, url } = whereTo(request, fediverse.address.port);
  const method = request.method ?? 'GET';
  const server = fediverse.serverOf(host);
  remember(fediverse.requests, { at: now, method, host, path: url.pathname + url.search });
  if (host === '') write(worldPage(fediverse), response);
  else if (!server && base !== '') write(outsidePage(url.href), response);
  else if (!server) response.destroy();
  else {
    const body = await readBody(request);
    const neighbours = fediverse.accountsOf(server);
    const about = { server, host, method, path: url.pathname, query: url.searchParams, body, neighbours };
    const asked = { ...about, account: accountAsked(fediverse, about) };
    const fault = asked.account ? faultOf(asked.account) : server.fault;
    if (fault && writeFault(fault, response, now)) return;
    const signIn = fediverse.signIn.answer(asked, base, request.headers.authorization ?? '');
    write(signIn ?? answerTo(fediverse, asked, base, request.headers.accept ?? ''), response);
  }
}

/** Actors are pages too for whoever asks for a page. */
function answerTo(fediverse: SimulatedFediverse, asked: Asked, base: string, accept: string): Answer {
  const { account } = asked;
  const wantsPage = accept.includes('text/html');
  if (account && wantsPage && isForActor(asked)) return redirect(`${base}/@${account.handle.user}`);
  return apiAnswer(asked) ?? pageAnswer(fediverse, asked, base);
}

/** The host that is meant: by name, or as `/~host/path` for browsers; '' for the loopback address itself. */
function whereTo(request: IncomingMessage, port: number): { host: string; base: string; url: URL } {
  const named = request.headers.host ?? '';
  const target = request.url ?? '/';
  const prefixed = /^\/~([a-z0-9.-]+)(\/.*)?$/i.exec(target);
  const [, host = '', rest = '/'] = prefixed ?? [];
  if (prefixed) return { host, base: `/~${host}`, url: new URL(`https://${host}${rest}`) };
  const isSelf = named === `${LOOPBACK}:${port}` || named === `localhost:${port}`;
  return { host: isSelf ? '' : named, base: '', url: new URL(target, 'https://simulated.invalid') };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY) throw new Error('A simulated server was sent too much');
  }
  return body;
}

function remember(requests: SimulatedRequest[], request: SimulatedRequest): void {
  requests.push(request);
  if (requests.length > MAX_REQUESTS) requests.shift();
}
