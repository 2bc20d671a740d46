import { pino, type Logger } from 'pino';

export type Log = Logger;

/** A log of JSON lines on standard output. Callers never pass a handle, an address or a token. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: withoutValues } });
}

/**
 * What may be said of an error. Those of the database quote what people typed (in their message, detail and
 * parameters), so that of them only the kind and the place remain.
 */
function withoutValues(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', code, query } = error as Error & { code?: unknown; query?: unknown };
  const fromDatabase = query !== undefined || name === 'error';
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { type: name, ...(typeof code === 'string' ? { code } : {}), ...(fromDatabase ? {} : { message }), stack: frames.join('\n') };
}
