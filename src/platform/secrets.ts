import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { Secret } from './secret.entity.ts';

/**
 * The site's key of that name, made by `make` at its first use (256 random bits if nothing else is said); processes that
 * race for it end with the same one.
 */
export async function siteSecret(
  database: DataSource | EntityManager,
  name: string,
  make: () => string | Promise<string> = () => randomBytes(32).toString('base64url'),
): Promise<string> {
  const secrets = database.getRepository(Secret);
  const kept = await secrets.findOneBy({ name });
  if (kept !== null) return kept.value;
  await secrets.createQueryBuilder().insert().values({ name, value: await make() }).orIgnore().execute();
  return (await secrets.findOneByOrFail({ name })).value;
}

/** An unguessable token for a private link: 192 bits, base64url. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** What is stored of a token, so that a stolen database opens no private page. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Fifty bits: nobody finds another one's by trying, and it can be typed. Without letters that look like digits. */
const CODE_LENGTH = 10;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A code for whoever holds a private link, which does not lead back to it; another one for each purpose. */
export function codeOf(token: string, purpose: string): string {
  const bytes = Buffer.from(keyedHash(token, purpose), 'base64url');
  return `chiche-${Array.from(bytes.subarray(0, CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

export function keyedHash(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
