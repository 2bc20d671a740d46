import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import type { PageCache } from '../platform/page-cache.ts';
import { simulationOf } from '../platform/simulation.ts';
import { isLanguage, negotiate } from '../platform/text.ts';
import type { PageRequest, Visitor } from '../platform/views.ts';

const HTML = 'text/html; charset=utf-8';

/** What a page must know of the request; `visitor` is null on every page that is kept for all. */
export function pageRequest(request: Request, config: Config, visitor: Visitor | null = null): PageRequest {
  const asked = request.query['lang'];
  return {
    language: negotiate(request.headers['accept-language'], asked, config.defaultLanguage),
    explicitLanguage: isLanguage(asked),
    path: pathOf(request),
    publicUrl: config.publicUrl,
    visitor,
    simulation: simulationOf(config),
  };
}

/** What was asked for as a path of this site: `//host` or `http://host` in its place would lead to another one. */
function pathOf({ originalUrl }: Request): string {
  return originalUrl.replace(/^(?:https?:\/\/[^/?]*)?[/\\]*/i, '/');
}

/** Sends a page that is the same for everyone who reads its language, and keeps it. */
export async function publishPage(cache: PageCache, request: Request, response: Response, html: string): Promise<void> {
  response.setHeader('content-language', pageLanguage(html));
  await cache.publish(request, response, { body: html, type: HTML, compressible: true });
}

/** Sends a page that belongs to one person, or that answers what one person sent. */
export function sendPrivate(response: Response, html: string, status = 200): void {
  response
    .status(status)
    .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' })
    .type(HTML)
    .send(html);
}

/** Answers a form: the browser fetches the page with GET, so that reloading sends nothing twice. */
export function seeOther(response: Response, path: string): void {
  response.set('cache-control', 'no-store').redirect(303, path);
}

/** A form field as text; anything else that a client made up counts as not filled in. */
export function field(request: Request, name: string): string {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

function pageLanguage(html: string): string {
  return /<html lang="(\w+)"/.exec(html)?.[1] ?? 'und';
}
