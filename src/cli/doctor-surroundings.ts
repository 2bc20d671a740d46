import { mkdir, statfs } from 'node:fs/promises';
import { isLocal, isReachable, type Config } from '../platform/config.ts';
import { createGuardedHttp } from '../platform/http.ts';
import { Mailer } from '../platform/mailer.ts';
import { siteActor } from '../platform/site-key.ts';
import { failure, warning, well, type Finding } from './finding.ts';

const MEGABYTE = 1024 * 1024;
const TIGHT = 1024 * MEGABYTE;
const FULL = 100 * MEGABYTE;

/** Settings that are understood and may still be a mistake. */
export function checkSettings(config: Config): Finding[] {
  const url = new URL(config.publicUrl);
  const findings: Finding[] = [];
  if (isLocal(url.hostname)) findings.push(warning('configuration', 'local_url', { url: config.publicUrl }));
  else if (url.protocol === 'http:') findings.push(warning('configuration', 'plain_http', { url: config.publicUrl }));
  if (config.databaseUrl === null && config.roles.length < 2) {
    findings.push(failure('configuration', 'embedded_needs_both_roles', { roles: config.roles.join(',') }));
  }
  return findings.length > 0 ? findings : [well('configuration', 'good_configuration', { url: config.publicUrl })];
}

/** Room for the embedded database; PostgreSQL's own disk is somewhere else. */
export async function checkDisk({ databaseUrl, dataDirectory }: Config): Promise<Finding> {
  if (databaseUrl !== null) return well('disk', 'disk_elsewhere');
  try {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(dataDirectory);
    const free = bavail * bsize;
    const values = { directory: dataDirectory, megabytes: Math.floor(free / MEGABYTE) };
    if (free < FULL) return failure('disk', 'disk_full', values);
    return free < TIGHT ? warning('disk', 'disk_tight', values) : well('disk', 'disk_free', values);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return failure('disk', 'no_directory', { directory: dataDirectory, code });
  }
}

/** Tries to reach this machine itself, by a name and by its address, which strangers must never make Chiche do. */
export async function checkOutgoingGuard({ privateNetwork }: Config): Promise<Finding> {
  if (privateNetwork !== 'forbidden') return warning('guard', 'guard_lifted');
  const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
  const http = createGuardedHttp({ userAgent: 'Chiche', privateNetwork, lookup, timeoutMs: 3_000 });
  const answers = await Promise.all(['https://leads-here.example/', 'https://127.0.0.1/'].map((url) => http.getText(url)));
  await http.close();
  const refused = answers.every((answer) => !answer.ok && answer.error.type.startsWith('forbidden'));
  return refused ? well('guard', 'guard_holds') : failure('guard', 'guard_open');
}

/** How accounts are asked for, by the settings alone: nobody is asked anything here. */
export function checkReading({ publicUrl, xApi }: Config): Finding[] {
  return [
    isReachable(publicUrl)
      ? well('signature', 'signs', { actor: siteActor(publicUrl).id })
      : warning('signature', 'unsigned', { url: publicUrl }),
    xApi === null ? well('x', 'x_by_people') : well('x', 'x_by_api', { host: new URL(xApi.url).host }),
  ];
}

export async function checkMail(config: Config): Promise<Finding> {
  const mailer = new Mailer(config);
  if (!mailer.enabled) return warning('mail', 'no_mail');
  try {
    await mailer.verify();
    return well('mail', 'mail_works', { from: config.mail?.from ?? '' });
  } catch (error) {
    return failure('mail', 'mail_refused', { detail: (error as Error).message });
  }
}
