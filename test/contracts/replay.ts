import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGuardedHttp, type GuardedHttp } from '../../src/platform/http.ts';

/** One request and what a server answered to it. */
export interface Exchange {
  /** `json` tells questions to one address apart; the order of what is asked for does not matter. */
  readonly request: { readonly method: string; readonly url: string; readonly json?: unknown };
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

/** Plays exchanges back on loopback, through the real HTTP client. */
export async function startReplay(exchanges: readonly Exchange[], timeoutMs: number): Promise<Replay> {
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
      if (exchange) answer(exchange, response);
      else {
        unexpected.push(name);
        response.writeHead(404).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = createGuardedHttp({
    userAgent: 'Chiche contract tests',
    privateNetwork: { host: '127.0.0.1', port },
    timeoutMs,
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
