import type { ServerResponse } from 'node:http';
import type { Fault } from './simulated-world.ts';

/** What a simulated server says, before it is written to the connection. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const JSON_TYPE = 'application/json; charset=utf-8';
export const ACTIVITY_TYPE = 'application/activity+json; charset=utf-8';
export const JRD_TYPE = 'application/jrd+json; charset=utf-8';

export function json(body: unknown, contentType = JSON_TYPE, status = 200): Answer {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body) };
}

export function redirect(location: string, status: 301 | 303 = 303): Answer {
  return { status, headers: { location }, body: '' };
}

export const notFound: Answer = json({ error: 'Record not found' }, JSON_TYPE, 404);
export const forbidden: Answer = json({ error: 'Forbidden' }, JSON_TYPE, 403);
export const gone: Answer = json({ error: 'Gone' }, JSON_TYPE, 410);

const CHALLENGE = '<!DOCTYPE html><title>Just a moment…</title><p>Checking your browser (simulated).</p>';
const GARBAGE = { subject: 7, links: 'none', username: null, followers_count: 'many', totalItems: 'many' };
const LIMIT_MS = 300_000;
const DRIP_MS = 50;
const POUR = ' '.repeat(16_384);

export function write(answer: Answer, response: ServerResponse): void {
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/**
 * Answers in a fault's way. False for the faults of an account that a healthy server tells about
 * (`suspended`, `hidden`), which are the routes' to say.
 */
export function writeFault(fault: Fault, response: ServerResponse, now: Date): boolean {
  switch (fault) {
    case 'suspended':
    case 'hidden':
      return false;
    case 'gone':
      write(gone, response);
      return true;
    case 'rate-limited':
      write(rateLimited(now), response);
      return true;
    case 'refused':
      write({ status: 403, headers: { 'content-type': 'text/html; charset=utf-8' }, body: CHALLENGE }, response);
      return true;
    case 'garbage':
      write(json(GARBAGE, ACTIVITY_TYPE), response);
      return true;
    case 'slow':
      drip(response);
      return true;
    case 'endless':
      pour(response);
      return true;
    case 'down':
      response.destroy();
      return true;
  }
}

function rateLimited(now: Date): Answer {
  const limited = json({ error: 'Too many requests' }, JSON_TYPE, 429);
  const reset = new Date(now.getTime() + LIMIT_MS).toISOString();
  return { ...limited, headers: { ...limited.headers, 'x-ratelimit-limit': '300', 'x-ratelimit-reset': reset } };
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  const timer = setInterval(() => response.write(' '), DRIP_MS);
  response.on('close', () => clearInterval(timer));
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  const more = (): void => {
    while (!response.destroyed && response.write(POUR));
  };
  response.on('drain', more);
  more();
}
