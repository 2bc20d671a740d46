import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { DataSource } from 'typeorm';
import { siteSecret } from './secrets.ts';

/** 2048 bits: what every server of the fediverse makes and accepts. */
const MODULUS_LENGTH = 2048;

/** Who signs the site's requests, by the address of its ActivityPub document and of the key in it. */
export function siteActor(publicUrl: string): { id: string; keyId: string } {
  return { id: `${publicUrl}/actor`, keyId: `${publicUrl}/actor#main-key` };
}

/** The site's key pair, made once and kept with the data, so that other servers know it again after a restart. */
export class SiteKey {
  private loading: Promise<KeyObject> | null = null;

  constructor(private readonly database: DataSource) {}

  /** RSA. Throws when the database does not answer; the next call asks again. */
  async privateKey(): Promise<KeyObject> {
    this.loading ??= siteSecret(this.database, 'site-key', newKey).then((pem) => createPrivateKey(pem));
    try {
      return await this.loading;
    } catch (error) {
      this.loading = null;
      throw error;
    }
  }

  /** PEM (SubjectPublicKeyInfo). */
  async publicKeyPem(): Promise<string> {
    return createPublicKey(await this.privateKey()).export({ type: 'spki', format: 'pem' }).toString();
  }
}

/** PEM (PKCS #8). */
async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_LENGTH });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
