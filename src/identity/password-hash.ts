import { hash, verify } from '@node-rs/argon2';
import { normalPassword } from './password-rules.ts';

/** `Algorithm.Argon2id`, whose const enum cannot be read under isolated compilation. */
const ARGON2ID = 2;
/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const COST = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a random key that nobody kept, at the same cost: checking it takes as long as checking a real one. */
const HASH_OF_NOTHING = '$argon2id$v=19$m=19456,t=2,p=1$cStZpu0ZhL5rE5Q4pD55Ww$pGahlrExIHuMDin5ce+Zio+z4hr2rQHlT4Bg0xmGGnA';

export function hashPassword(password: string): Promise<string> {
  return hash(normalPassword(password), COST);
}

/** Whether the password opens the hash; a null hash is never opened and takes as long. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const matches = await verify(passwordHash ?? HASH_OF_NOTHING, normalPassword(password));
  return matches && passwordHash !== null;
}
