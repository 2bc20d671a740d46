import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { signatureHeaders } from '../../src/platform/http-signatures.ts';
import { createGuardedHttp, type GuardedHttp, type Sign } from '../../src/platform/http.ts';
import { isSignedBy, signatureOf } from '../support/signatures.ts';

/** One request and what a server answered to it. */
export interface Exchange {
  /** `json` tells questions to one address apart; the order of what is asked for does not matter. */
  readonly request: { readonly method: string; readonly url: string; readonly json?: unknown };
  /** Headers without which the answer is 401. */
  readonly demands?: Readonly<Record<string, string>>;
  /** Without a valid signature of the client's actor, the answer is 401. */
  readonly demandsSignature?: boolean;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body: unknown;
  /** The body drips and never ends. */
  readonly stalls?: boolean;
}

export interface Replay {
  readonly http: GuardedHttp;
  /** Requests that no exchange foresees, and exchanges that were never asked for. */
  differences(): { unexpected: string[]; unasked: string[] };
  /** How many requests were made until now. */
  requests(): number;
  close(): Promise<void>;
}

const DRIP_MS = 20;
const SIGNED_AT = new Date('2023-09-02T10:00:00Z');
const KEY_ID = 'https://chiche.example/actor#main-key';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** Plays exchanges back on loopback, through the real HTTP client, which signs what asks for it unless `signs` is false. */
export async function startReplay(exchanges: readonly Exchange[], timeoutMs: number, signs = true): Promise<Replay> {
  const byRequest = new Map(exchanges.map((exchange) => [nameOf(exchange.request), exchange]));
  const unexpected: string[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = `https://${request.headers.host}${request.url}`;
      const bare = nameOf({ method: request.method ?? '', url });
      const whole = body === '' ? bare : nameOf({ method: request.method ?? '', url, json: JSON.parse(body) });
      const name = byRequest.has(bare) ? bare : whole;
      const exchange = byRequest.get(name);
      asked.push(name);
      if (!exchange) {
        unexpected.push(name);
        response.writeHead(404).end();
      } else if (isAllowed(request, exchange)) answer(exchange, response);
      else response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"Unauthorized"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = createGuardedHttp({
    userAgent: 'Chiche contract tests',
    privateNetwork: { host: '127.0.0.1', port },
    timeoutMs,
    ...(signs && { signer }),
  });
  return {
    http,
    differences: () => ({ unexpected, unasked: [...byRequest.keys()].filter((name) => !asked.includes(name)) }),
    requests: () => asked.length,
    async close() {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function signer(): Promise<Sign> {
  return (request) => signatureHeaders({ ...request, at: SIGNED_AT }, { id: KEY_ID, privateKey });
}

function isAllowed(request: IncomingMessage, { demands = {}, demandsSignature }: Exchange): boolean {
  if (Object.entries(demands).some(([name, value]) => request.headers[name] !== value)) return false;
  if (!demandsSignature) return true;
  return signatureOf(request)?.keyId === KEY_ID && isSignedBy(publicKeyPem, request, SIGNED_AT);
}

function nameOf({ method, url, json }: Exchange['request']): string {
  const [place = '', query] = url.split('?');
  const address = query === undefined ? place : `${place}?${query.split('&').sort().join('&')}`;
  return `${method} ${address}${json === undefined ? '' : ` ${JSON.stringify(json, sorted)}`}`;
}

function sorted(_key: string, value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function answer({ status, headers, body, stalls }: Exchange, response: ServerResponse): void {
  response.writeHead(status, headers);
  if (!stalls) {
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
    return;
  }
  const drip = setInterval(() => response.write(' '), DRIP_MS);
  response.on('close', () => clearInterval(drip));
}
