/** What became of a visit to one's own server, as the private page tells it once. */
const NOTICES = [
  'proven',
  'following',
  'already',
  'requested',
  'blocked',
  'moved',
  'limit-reached',
  'own-account',
  'not-found',
  'unknown',
  'no-sign-in',
  'server-down',
] as const;
export type ProofNotice = (typeof NOTICES)[number];

/** The notice that an address names, if it names one. */
export function proofNotice(named: unknown): ProofNotice | null {
  return NOTICES.find((notice) => notice === named) ?? null;
}
