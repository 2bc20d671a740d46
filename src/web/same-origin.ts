import type { NextFunction, Request, Response } from 'express';
import { isWayOut } from '../platform/way-out.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses forms that another site sends (cross-site request forgery) without needing a cookie: browsers tell where a
 * request comes from by `Sec-Fetch-Site` (Fetch Metadata) or `Origin` (RFC 6454). Clients that are no browser send neither. A mail
 * is ended from any page, a webmail's among others: whoever knows the address can do that, and no cookie counts there.
 */
export function refuseOtherOrigins(publicUrl: string) {
  const origin = new URL(publicUrl).origin;
  return (request: Request, response: Response, next: NextFunction): void => {
    if (SAFE.has(request.method) || isWayOut(request.path) || comesFromHere(request, origin)) return next();
    response.status(403);
    next(new ForbiddenOrigin());
  };
}

export class ForbiddenOrigin extends Error {
  readonly status = 403;
}

function comesFromHere(request: Request, origin: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = request.headers.origin;
  return from === undefined || from === origin || from === `${request.protocol}://${request.headers.host ?? ''}`;
}
