import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fail, ok, type Result } from '../domain/result.ts';
import type { EmbeddedPostgresOptions } from './embedded-postgres.worker.ts';

export interface EmbeddedPostgres {
  /** The folder that holds the socket; `pg` takes it as `host`. */
  host: string;
  /** Writes a dump of the whole database, from which another can start. */
  dump(path: string): Promise<void>;
  stop(): Promise<void>;
}

export type EmbeddedPostgresFailure = { type: 'in-use'; directory: string } | { type: 'path-too-long'; path: string };

const SOCKET_NAME = '.s.PGSQL.5432';
/** `sun_path` of unix(7), less its closing zero. */
const LONGEST_SOCKET_PATH = 107;

/**
 * Starts the embedded database on a folder that no other process uses; a live socket in the folder says that one does.
 * A socket that a killed process left is taken over.
 */
export async function startEmbeddedPostgres(
  dataDirectory: string,
  options: { inMemory?: boolean; template?: string } = {},
): Promise<Result<EmbeddedPostgres, EmbeddedPostgresFailure>> {
  const host = resolve(dataDirectory);
  const socketPath = join(host, SOCKET_NAME);
  if (Buffer.byteLength(socketPath) > LONGEST_SOCKET_PATH) return fail({ type: 'path-too-long', path: socketPath });
  await mkdir(host, { recursive: true, mode: 0o700 });
  if (await isEmbeddedPostgresRunning(host)) return fail({ type: 'in-use', directory: host });
  await rm(socketPath, { force: true });
  const workerData: EmbeddedPostgresOptions = {
    socketPath,
    ...(options.inMemory ? {} : { directory: join(host, 'postgres') }),
    ...(options.template === undefined ? {} : { template: options.template }),
  };
  const worker = new Worker(new URL(`./embedded-postgres.worker${extname(import.meta.url)}`, import.meta.url), {
    workerData,
  });
  await answer(worker, 'ready');
  return ok({
    host,
    dump: (path) => ask(worker, { type: 'dump', path }, 'dumped'),
    stop: async () => {
      await ask(worker, { type: 'stop' }, 'stopped');
      await worker.terminate();
    },
  });
}

/** Whether a process answers on the folder's socket. */
export function isEmbeddedPostgresRunning(dataDirectory: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(join(resolve(dataDirectory), SOCKET_NAME));
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', () => settle(false));
  });
}

function ask(worker: Worker, message: object, expected: string): Promise<void> {
  worker.postMessage(message);
  return answer(worker, expected);
}

function answer(worker: Worker, expected: string): Promise<void> {
  return new Promise((settle, reject) => {
    const onMessage = (message: { type: string }) => {
      if (message.type !== expected) return;
      worker.off('message', onMessage);
      worker.off('error', reject);
      settle();
    };
    worker.on('message', onMessage);
    worker.once('error', reject);
  });
}
