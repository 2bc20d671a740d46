import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** Labels are routes and states, never a handle, an address or a token. */
export const requestSeconds = new Histogram({
  name: 'chiche_request_seconds',
  help: 'Time to answer a request that the page cache did not.',
  labelNames: ['method', 'route', 'status'],
  registers: [registry],
});

export const readingsTaken = new Counter({
  name: 'chiche_readings_total',
  help: 'Readings attempted, by network and outcome.',
  labelNames: ['network', 'outcome'],
  registers: [registry],
});

export const pledgesTaken = new Counter({
  name: 'chiche_pledges_total',
  help: 'Pledges asked for, by outcome.',
  labelNames: ['outcome'],
  registers: [registry],
});

export const picturesDrawn = new Counter({
  name: 'chiche_pictures_drawn_total',
  help: 'Pictures of campaigns drawn, by kind.',
  labelNames: ['kind'],
  registers: [registry],
});

/** Serves `/metrics` on a port of its own, which is not for the public. */
export async function serveMetrics(host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') response.writeHead(404).end();
    else void registry.metrics().then((text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text));
  });
  await new Promise<void>((settle, reject) => server.once('error', reject).listen(port, host, settle));
  return server;
}
