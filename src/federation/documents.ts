import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** As long as Mastodon lets its own instance actor be kept. */
const CACHE_CONTROL = 'public, max-age=600';

/** Answers with a document that is the same for every server, and that any page may read. */
export function sendDocument(response: Response, type: string, document: object): void {
  const body = JSON.stringify(document);
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  response.set({
    'content-type': type,
    'cache-control': CACHE_CONTROL,
    'etag': `"${digest}"`,
    'access-control-allow-origin': '*',
  });
  // As bytes: of text, Express would rewrite the content type.
  response.send(Buffer.from(body));
}

/** A refusal in a few words; whoever reads it is a program's author. */
export function refuse(response: Response, status: number, why: string): void {
  response.status(status).set('cache-control', 'no-store').type('text').send(`${why}\n`);
}
