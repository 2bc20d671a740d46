import type { NextFunction, Request, Response } from 'express';
import type { PageCache } from '../platform/page-cache.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Numbers are for everyone to use, without conditions. */
const LICENCE = '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"';

/** Answers with JSON that is the same for everyone, and keeps it. */
export async function publishJson(cache: PageCache, request: Request, response: Response, value: object): Promise<void> {
  await publishJsonText(cache, request, response, JSON.stringify(value));
}

/** As {@link publishJson}, to the letter; `keptUntil`: when there will be something new. */
export async function publishJsonText(
  cache: PageCache,
  request: Request,
  response: Response,
  body: string,
  keptUntil?: Date,
): Promise<void> {
  response.setHeader('link', LICENCE);
  const page = { body, type: JSON_TYPE, compressible: true, speechless: true };
  await cache.publish(request, response, keptUntil === undefined ? page : { ...page, keptUntil });
}

/** The parameters of a query that were given; an empty one was not. */
export function givenParameters(request: Request): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request.query).filter(([, value]) => value !== ''));
}

/** Lets pages of any site read (CORS, Fetch standard), without credentials; writing stays with this site's own pages. */
export function readableFromAnywhere(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'POST') return next();
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') return next();
  response.set({ 'access-control-allow-methods': 'GET, HEAD', 'access-control-max-age': '86400' }).status(204).end();
}
