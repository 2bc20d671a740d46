import { z } from 'zod';
import type { MessageValues } from '../platform/text.ts';
import type { DoorFailure } from '../pledges/pledge-door.service.ts';

/** Every kind of problem with its status; the words are in `locales/<lang>/problems.json`. */
export const PROBLEMS = {
  'bad-request': 400,
  'invalid-json': 400,
  'invalid-query': 400,
  'empty-range': 400,
  'too-many-steps': 400,
  'foreign-origin': 403,
  'unknown-path': 404,
  'no-such-campaign': 404,
  'no-state-yet': 404,
  'too-large': 413,
  'not-json': 415,
  'invalid-body': 422,
  'handle-empty': 422,
  'handle-server-only': 422,
  'handle-no-server': 422,
  'handle-malformed': 422,
  'handle-too-long': 422,
  'handle-forbidden-host': 422,
  'no-consent': 422,
  'own-handle': 422,
  'blocked-server': 422,
  'finished': 422,
  'too-many-tries': 429,
  'internal-error': 500,
} as const;
export type ProblemType = keyof typeof PROBLEMS;

export function isProblemType(text: string): text is ProblemType {
  return Object.hasOwn(PROBLEMS, text);
}

/** A failure on its way to the client. */
export interface Problem {
  type: ProblemType;
  /** What the words are about: a host, a number. */
  values?: MessageValues;
  /** What is wrong where, in what the client sent. */
  fields?: { pointer: string; name: string }[];
  retryAt?: Date;
}

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.url().describe('What kind of problem, as an address under /problems/.'),
  title: z.string().describe('The kind of problem, in the reader’s language.'),
  status: z.int(),
  detail: z.string().describe('This problem, in the reader’s language.'),
  instance: z.string().describe('Names this occurrence; it is in the log where the server is at fault.'),
  errors: z
    .array(z.object({ pointer: z.string().describe('JSON Pointer, or the name of a parameter.'), detail: z.string() }))
    .optional(),
});

export type ProblemJson = z.infer<typeof problemSchema>;

/** What did not fit a schema: one entry for each field, `#/handle` of a body or `page` of a query. */
export function misfit(type: 'invalid-query' | 'invalid-body', error: z.ZodError): Problem {
  const names = [...new Set(error.issues.map((issue) => String(issue.path[0] ?? '')))];
  const fields = names.map((name) => ({ name, pointer: type === 'invalid-body' ? `#/${name}`.replace(/\/$/, '') : name }));
  return { type, fields };
}

/** Why a promise was not taken. */
export function pledgeProblem(failure: DoorFailure): Problem {
  switch (failure.type) {
    case 'not-found':
      return { type: 'no-such-campaign' };
    case 'no-consent':
    case 'own-handle':
    case 'finished':
      return { type: failure.type };
    case 'blocked-server':
      return { type: 'blocked-server', values: { host: failure.host } };
    case 'server-only':
    case 'forbidden-host':
      return { type: `handle-${failure.type}`, values: { host: failure.host } };
    case 'no-server':
      return { type: 'handle-no-server', values: { user: failure.user } };
    case 'empty':
    case 'malformed':
    case 'too-long':
      return { type: `handle-${failure.type}` };
  }
}
