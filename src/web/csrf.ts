import { csrfSync } from 'csrf-sync';
import type { Request } from 'express';
import type { Visitor } from '../platform/views.ts';
import { field } from './respond.ts';
import { staffOf } from './staff-session.ts';

const TOKEN_BYTES = 32;

/** The synchroniser token of signed-in forms, which the partial `csrf` sends as `_csrf`; kept in the session. */
const tokens = csrfSync({ size: TOKEN_BYTES, getTokenFromRequest: (request) => field(request, '_csrf') });

/** Whether a signed-in request carries the token of its session. */
export function hasToken(request: Request): boolean {
  return tokens.isRequestValid(request);
}

/** Who is signed in, with the token for the forms of the page; null for everyone else. */
export function visitorOf(request: Request): Visitor | null {
  const staff = staffOf(request);
  if (staff === undefined) return null;
  return { name: staff.name, moderator: true, csrfToken: tokens.generateToken(request) };
}
