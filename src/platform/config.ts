import { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';

const ROLES = ['web', 'worker'] as const;
export type Role = (typeof ROLES)[number];

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().trim().min(1).optional();

/** `host:port` of a simulated fediverse, `true` to lift the address check, or `false`. */
const privateNetwork = z
  .string()
  .regex(/^(true|false|[\w.-]+:\d{1,5})$/, 'must be true, false or host:port')
  .default('false')
  .transform((value): 'forbidden' | 'allowed' | { host: string; port: number } => {
    if (value === 'false') return 'forbidden';
    if (value === 'true') return 'allowed';
    const [host = '', simulatedPort] = value.split(':');
    return { host, port: Number(simulatedPort) };
  });

const schema = z.object({
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  METRICS_PORT: port.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATA_DIR: z.string().trim().min(1).default('data'),
  ROLES: z
    .string()
    .default('web,worker')
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1)),
  DEFAULT_LANGUAGE: z.enum(['fr', 'en']).default('en'),
  SESSION_SECRET: z.string().min(32).optional(),
  PREVIOUS_SESSION_SECRET: z.string().min(32).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: text,
  X_API_BEARER_TOKEN: text,
  X_API_URL: z.url({ protocol: /^https$/ }).default('https://api.x.com'),
  BOT_URL: z
    .url({ protocol: /^https$/, hostname: z.regexes.domain })
    .transform((url) => new URL(url))
    .refine(({ pathname, port, username, search }) => pathname === '/' && port === '' && username === '' && search === '', 'must be https:// and the name of a server alone')
    .transform(({ origin }) => origin)
    .optional(),
  BOT_ACCESS_TOKEN: z.string().trim().regex(/^[\x21-\x7e]{8,4096}$/, 'must be a token without spaces').optional(),
  ALLOW_PRIVATE_NETWORK: privateNetwork,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Config {
  /** Origin under which people reach the site, without a closing slash. */
  publicUrl: string;
  host: string;
  port: number;
  metricsPort: number | null;
  /** Null: the embedded database in `dataDirectory`. */
  databaseUrl: string | null;
  dataDirectory: string;
  roles: readonly Role[];
  defaultLanguage: 'fr' | 'en';
  /** Null: keys of sessions and links are made once and kept in the database, the one of handles in `dataDirectory`. */
  sessionSecret: string | null;
  /** What it was before, until all is sealed anew. */
  previousSessionSecret: string | null;
  mail: { smtpUrl: string; from: string } | null;
  /** Null: people read X. */
  xApi: { url: string; bearerToken: string } | null;
  /** Null: only campaigns with a bot of their own publish. */
  bot: { url: string; accessToken: string } | null;
  privateNetwork: 'forbidden' | 'allowed' | { host: string; port: number };
  logLevel: string;
}

export interface ConfigFailure {
  type: 'invalid-configuration';
  /** One sentence for each variable, which it names. */
  problems: string[];
}

/** Whether other servers can reach a site at this address, over HTTPS as they all ask. */
export function isReachable(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !isLocal(hostname);
}

/** Whether a host's name leads to the machine itself. */
export function isLocal(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** Reads the configuration from the environment; an empty variable counts as not set. */
export function readConfig(environment: NodeJS.ProcessEnv): Result<Config, ConfigFailure> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return fail({ type: 'invalid-configuration', problems });
  }
  const value = parsed.data;
  if (value.SMTP_URL !== undefined && value.MAIL_FROM === undefined) {
    return fail({ type: 'invalid-configuration', problems: ['MAIL_FROM: is needed when SMTP_URL is set'] });
  }
  if ((value.BOT_URL === undefined) !== (value.BOT_ACCESS_TOKEN === undefined)) {
    const missing = value.BOT_URL === undefined ? 'BOT_URL: is needed when BOT_ACCESS_TOKEN is set' : 'BOT_ACCESS_TOKEN: is needed when BOT_URL is set';
    return fail({ type: 'invalid-configuration', problems: [missing] });
  }
  return ok({
    publicUrl: (value.PUBLIC_URL ?? `http://localhost:${value.PORT}`).replace(/\/+$/, ''),
    host: value.HOST,
    port: value.PORT,
    metricsPort: value.METRICS_PORT ?? null,
    databaseUrl: value.DATABASE_URL ?? null,
    dataDirectory: value.DATA_DIR,
    roles: value.ROLES,
    defaultLanguage: value.DEFAULT_LANGUAGE,
    sessionSecret: value.SESSION_SECRET ?? null,
    previousSessionSecret: value.PREVIOUS_SESSION_SECRET ?? null,
    mail:
      value.SMTP_URL !== undefined && value.MAIL_FROM !== undefined
        ? { smtpUrl: value.SMTP_URL, from: value.MAIL_FROM }
        : null,
    xApi:
      value.X_API_BEARER_TOKEN === undefined
        ? null
        : { url: value.X_API_URL.replace(/\/+$/, ''), bearerToken: value.X_API_BEARER_TOKEN },
    bot: value.BOT_URL === undefined || value.BOT_ACCESS_TOKEN === undefined ? null : { url: value.BOT_URL, accessToken: value.BOT_ACCESS_TOKEN },
    privateNetwork: value.ALLOW_PRIVATE_NETWORK,
    logLevel: value.LOG_LEVEL,
  });
}
