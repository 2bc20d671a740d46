import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface SiteProcess {
  url: string;
  /** All that it wrote so far. */
  said(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const READY_WITHIN_MILLISECONDS = 60_000;

/** The built site as a process of its own, as `npm start` runs it. */
export async function startProcess(environment: NodeJS.ProcessEnv): Promise<SiteProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = launch({ PORT: String(port), PUBLIC_URL: url, ...environment });
  const said = listen(child);
  await ready(child, `${url}/readyz`).catch((error: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message} It said: ${said()}`);
  });
  return {
    url,
    said,
    kill: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

/** Runs a process that is expected to stop by itself; its exit code and what it said. */
export async function runToEnd(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = launch({ PORT: '0', ...environment });
  const said = listen(child);
  await once(child, 'exit');
  return { code: child.exitCode, said: said() };
}

/** The built site, which may be killed before it is ready. */
export function startToKill(environment: NodeJS.ProcessEnv): ChildProcess {
  return launch({ PORT: '0', ...environment });
}

/** A command of the built program; it may be killed before its end. */
export function startCommand(typed: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, ['dist/src/cli/main.js', ...typed], { env: { PATH, HOME, LANG: 'en', ...environment } });
}

function listen(child: ChildProcess): () => string {
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  return () => said;
}

/** Below the ports that systems give to outgoing connections, and apart for each of Jest's workers. */
let nextPort = 20_000 + Number(process.env['JEST_WORKER_ID'] ?? 0) * 1_000 + (process.pid % 500);

/** A port that nobody else is going to take: a site must know its own URL before it listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    nextPort += 1;
    const probe = createServer().listen(nextPort, '127.0.0.1');
    const free = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return nextPort;
  }
}

function launch(environment: NodeJS.ProcessEnv): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH, HOME, HOST: '127.0.0.1', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MILLISECONDS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`The site stopped with ${child.exitCode}.`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await wait(50);
  }
  throw new Error('The site does not answer.');
}
