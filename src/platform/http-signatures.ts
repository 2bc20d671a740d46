import { sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A private key and the address at which others find its public half. */
export interface SigningKey {
  readonly id: string;
  /** RSA. */
  readonly privateKey: KeyObject;
}

export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  readonly at: Date;
}

/** In a thread of its own: a page must not wait the millisecond or two that a signature takes. */
const signInThread = promisify(sign);

/**
 * The headers that sign a request without a body (draft-cavage-http-signatures-12, RSA-SHA256), for exactly this
 * method, host, path, query and time. These are what verifiers demand: Mastodon (`SignedRequest#verify_signature_strength!`)
 * and Pixelfed (`ActivityPubSignedFetchService`) want all three signed, GoToSocial (`code.superseriousbusiness.org/httpsig`)
 * what it is given. `rsa-sha256` is deprecated by the draft, and what all of them know.
 */
export async function signatureHeaders({ method, url, at }: SignableRequest, key: SigningKey): Promise<Record<string, string>> {
  const date = at.toUTCString();
  const target = `${method.toLowerCase()} ${url.pathname}${url.search}`;
  const text = `(request-target): ${target}\nhost: ${url.host}\ndate: ${date}`;
  const signature = (await signInThread('sha256', Buffer.from(text), key.privateKey)).toString('base64');
  const parameters = { keyId: key.id, algorithm: 'rsa-sha256', headers: '(request-target) host date', signature };
  return {
    date,
    signature: Object.entries(parameters).map(([name, value]) => `${name}="${value}"`).join(','),
  };
}
