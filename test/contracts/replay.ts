import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuardedHttp, type GuardedHttp } from '../../src/platform/http.ts';

/** One request and what a server answered to it. */
export interface Exchange {
  readonly request: { readonly method: string; readonly url: string };
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
  close(): Promise<void>;
}

const DRIP_MS = 20;

/** Plays exchanges back on loopback, through the real HTTP client. */
export async function startReplay(exchanges: readonly Exchange[], timeoutMs: number): Promise<Replay> {
  const byRequest = new Map(exchanges.map((exchange) => [nameOf(exchange.request), exchange]));
  const unexpected: string[] = [];
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const name = nameOf({ method: request.method ?? '', url: `https://${request.headers.host}${request.url}` });
    const exchange = byRequest.get(name);
    asked.add(name);
    if (exchange) answer(exchange, response);
    else {
      unexpected.push(name);
      response.writeHead(404).end();
    }
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
    differences: () => ({ unexpected, unasked: [...byRequest.keys()].filter((name) => !asked.has(name)) }),
    async close() {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function nameOf({ method, url }: { method: string; url: string }): string {
  return `${method} ${url}`;
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
