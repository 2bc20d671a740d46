import { createPublicKey, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Signature {
  readonly keyId: string;
  readonly headers: readonly string[];
  readonly value: Buffer;
}

const HOUR = 3_600_000;
/** Without these in the signed set, a signature would do for another path or host. */
const DEMANDED = ['(request-target)', 'host', 'date'];

/** The `Signature` header of a request (draft-cavage-http-signatures-12, section 4.1); null without one. */
export function signatureOf({ headers }: Pick<IncomingMessage, 'headers'>): Signature | null {
  const header = headers['signature'];
  if (typeof header !== 'string') return null;
  const fields = new Map([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  return {
    keyId: fields.get('keyId') ?? '',
    headers: (fields.get('headers') ?? '').split(' '),
    value: Buffer.from(fields.get('signature') ?? '', 'base64'),
  };
}

/**
 * Whether whoever holds the private half of `publicKeyPem` signed exactly this request, lately: what servers with
 * authorized fetch ask for (Mastodon's `SignedRequest`, Pixelfed's `ActivityPubSignedFetchService`).
 */
export function isSignedBy(
  publicKeyPem: string,
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  now: Date,
): boolean {
  const signature = signatureOf(request);
  if (signature === null || !DEMANDED.every((name) => signature.headers.includes(name))) return false;
  const age = now.getTime() - Date.parse(request.headers.date ?? '');
  if (!(age < 12 * HOUR && age > -HOUR)) return false;
  const lines = signature.headers.map((name) => {
    const value = name === '(request-target)' ? `${request.method?.toLowerCase()} ${request.url}` : request.headers[name];
    return `${name}: ${String(value)}`;
  });
  return verify('sha256', Buffer.from(lines.join('\n')), createPublicKey(publicKeyPem), signature.value);
}
