import { pino, type Logger } from 'pino';

export type Log = Logger;

/** A log of JSON lines on standard output. Callers never pass a handle, an address or a token. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
