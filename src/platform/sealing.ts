import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96 random bits, for fewer than 2^32 texts under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const ID_BYTES = 8;

/**
 * One key of the site, from which a key is derived for each use. What it seals can be opened in the same place alone; what it
 * hashes can be compared within the same purpose alone.
 */
export class SealingKey {
  /** Names the key and tells nothing about it; 11 characters of base64url. */
  readonly id: string;
  // Key objects: Node would prepare bytes anew for each text, which takes three times as long.
  private readonly cipherKey: KeyObject;
  private readonly hashKeys = new Map<string, KeyObject>();

  /** `root`: at least 256 bits that nobody can guess. */
  constructor(private readonly root: Buffer) {
    this.id = derivedKey(root, 'id').subarray(0, ID_BYTES).toString('base64url');
    this.cipherKey = this.derive('seal');
  }

  /**
   * AES-256-GCM under a random nonce: `<key id>.<base64url of nonce, ciphertext and tag>`. The place (table, column and row)
   * is authenticated, so that a sealed text means nothing anywhere else.
   */
  seal(place: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.cipherKey, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.id}.${sealed.toString('base64url')}`;
  }

  /** Null: sealed by another key or for another place, or altered since. */
  open(place: string, sealed: string): string | null {
    if (keyIdOf(sealed) !== this.id) return null;
    const bytes = Buffer.from(sealed.slice(this.id.length + 1), 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, this.cipherKey, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      // What Node throws for a tag that does not fit has no code to tell it by; nothing else fails here.
      return null;
    }
  }

  /** HMAC-SHA-256 under a key of the purpose alone: equal for equal texts, and nobody without the key can try one. */
  hash(purpose: string, text: string): string {
    let key = this.hashKeys.get(purpose);
    if (key === undefined) this.hashKeys.set(purpose, (key = this.derive(`hash ${purpose}`)));
    return createHmac('sha256', key).update(text).digest('base64url');
  }

  private derive(use: string): KeyObject {
    return createSecretKey(derivedKey(this.root, use));
  }
}

/** The key that the site's secret stands for. */
export function keyFromSecret(secret: string): SealingKey {
  return new SealingKey(derivedKey(Buffer.from(secret), 'sealing'));
}

/** 256 random bits, base64url: what a key file holds of a key. */
export function newKeyText(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** Null: not the text of a key. */
export function keyFromText(text: string): SealingKey | null {
  const root = Buffer.from(text, 'base64url');
  return root.length === KEY_BYTES && root.toString('base64url') === text ? new SealingKey(root) : null;
}

/** The id of the key that sealed it. */
export function keyIdOf(sealed: string): string {
  return sealed.slice(0, Math.max(0, sealed.indexOf('.')));
}

function derivedKey(root: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `chiche ${use}`, KEY_BYTES));
}
