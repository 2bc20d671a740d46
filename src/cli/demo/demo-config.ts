import { createServer } from 'node:net';
import { fail, type Result } from '../../domain/result.ts';
import { readConfig, type Config } from '../../platform/config.ts';

const USUAL_PORT = 3000;

export type DemoConfigFailure = { type: 'invalid-configuration'; problems: string[] } | { type: 'port-taken'; port: number };

/**
 * The configuration of the environment with what makes a demo of it: a folder of its own, both roles, no mail, and a
 * simulated fediverse in place of every other server. Without `PORT`, the usual one or any that is free.
 */
export async function demoConfig(
  environment: NodeJS.ProcessEnv,
  simulated: { host: string; port: number },
): Promise<Result<Config, DemoConfigFailure>> {
  const read = (port: number | string) =>
    readConfig({
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
  const wanted = environment['PORT'] || USUAL_PORT;
  const config = read(wanted);
  if (!config.ok) return config;
  const { host, port } = config.value;
  const open = await openPort(host, port);
  if (open !== null && port !== 0) return config;
  if (environment['PORT'] && port !== 0) return fail({ type: 'port-taken', port });
  return read(open ?? (await openPort(host, 0)) ?? USUAL_PORT);
}

/** A port that can be listened on: this one, or any for 0; null when it is taken. */
function openPort(host: string, port: number): Promise<number | null> {
  return new Promise((settle, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') settle(null);
      else reject(error);
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => settle(found));
    });
  });
}
