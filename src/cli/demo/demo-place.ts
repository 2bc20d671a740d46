import { createServer } from 'node:net';
import { fail, ok, type Result } from '../../domain/result.ts';
import { readConfig, type Config } from '../../platform/config.ts';

const USUAL_PORT = 3000;

export type DemoPlaceFailure = { type: 'invalid-configuration'; problems: string[] } | { type: 'port-taken'; port: number };

/** The port is held, so that nobody takes it while the world is being made; `release` it just before listening. */
export interface DemoPlace {
  config: Config;
  release(): Promise<void>;
}

/**
 * The configuration of the environment with what makes a demo of it: a folder of its own, both roles, no mail, and a
 * simulated fediverse in place of every other server. Without `PORT`, the usual one or any that is free.
 */
export async function demoPlace(
  environment: NodeJS.ProcessEnv,
  simulated: { host: string; port: number },
): Promise<Result<DemoPlace, DemoPlaceFailure>> {
  const wanted = read(environment, simulated, environment['PORT'] || USUAL_PORT);
  if (!wanted.ok) return wanted;
  const { host, port } = wanted.value;
  const held = (await hold(host, port)) ?? (environment['PORT'] ? null : await hold(host, 0));
  if (held === null) return fail({ type: 'port-taken', port });
  const config = read(environment, simulated, held.port);
  return config.ok ? ok({ config: config.value, release: held.release }) : config;
}

function read(
  environment: NodeJS.ProcessEnv,
  simulated: { host: string; port: number },
  port: number | string,
): Result<Config, DemoPlaceFailure> {
  return readConfig({
    ...environment,
    PORT: String(port),
    DATA_DIR: environment['DATA_DIR'] || 'data/demo',
    LOG_LEVEL: environment['LOG_LEVEL'] || 'warn',
    ROLES: 'web,worker',
    // Made-up people must never get real mail.
    SMTP_URL: '',
    MAIL_FROM: '',
    ALLOW_PRIVATE_NETWORK: `${simulated.host}:${simulated.port}`,
  });
}

interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** Listens on this port, or on any for 0, to hold it; null when it is taken. */
function hold(host: string, port: number): Promise<HeldPort | null> {
  return new Promise((settle, reject) => {
    const holder = createServer((socket) => socket.destroy());
    holder.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') settle(null);
      else reject(error);
    });
    holder.listen(port, host, () => {
      const address = holder.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      settle({ port: found, release: () => new Promise((released) => holder.close(() => released())) });
    });
  });
}
