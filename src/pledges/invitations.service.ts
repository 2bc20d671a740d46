import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeyRing } from '../platform/key-ring.ts';
import { keyedHash, tokenHash } from '../platform/secrets.ts';
import type { OpenPledge } from './open-pledges.service.ts';

/** A supporter's own link, and how many pledged who came by it. */
export interface Invitation {
  code: string;
  brought: number;
}

/** Seventy bits, so that nobody counts for others by trying. */
const CODE_LENGTH = 12;
/** As the supporter's own link bears it. */
export const INVITATION_CODE = new RegExp(`^[\\w-]{${CODE_LENGTH}}$`);
const HASHED_FOR = 'pledge.invitation';

/** The code is made of the page's token and kept nowhere; after a change of keys it is hashed anew when its owner looks. */
const OPEN = `
  INSERT INTO pledge_invitation (pledge_id, code_hash, brought)
  SELECT id, $2, 0 FROM pledge WHERE token_hash = $1
  ON CONFLICT (pledge_id) DO UPDATE SET code_hash = excluded.code_hash`;

/** The newcomer's pledge counts one, once: it is new, it stands, and it is not the inviter's own. */
const CREDIT = `
  UPDATE pledge_invitation SET brought = brought + 1
  FROM pledge inviter, pledge newcomer
  WHERE code_hash = ANY($1) AND inviter.id = pledge_id AND newcomer.token_hash = $2 AND newcomer.counts
    AND newcomer.campaign_id = inviter.campaign_id AND newcomer.id <> inviter.id`;

/** "Three people came through your link", without knowing who: no row of a newcomer says by whose link they came. */
@Injectable()
export class Invitations {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  /** Makes the link of this page's pledge count from now on. */
  async open(token: string): Promise<void> {
    const keys = await this.ring.keys();
    await this.database.query(OPEN, [tokenHash(token), keys.hash(HASHED_FOR, invitationCode(token))]);
  }

  /** The link of this token's pledge; null: its owner never asked for it. */
  async of(token: string, { invitation }: Pick<OpenPledge, 'invitation'>): Promise<Invitation | null> {
    if (invitation === null) return null;
    const code = invitationCode(token);
    const keys = await this.ring.keys();
    if (invitation.codeHash !== keys.hash(HASHED_FOR, code)) await this.open(token);
    return { code, brought: invitation.brought };
  }

  /** Counts the pledge of this token, just made, for the link by which its author came; for a code of nobody's, nothing. */
  async credit(code: string, newcomerToken: string): Promise<void> {
    const keys = await this.ring.keys();
    await this.database.query(CREDIT, [keys.hashes(HASHED_FOR, code), tokenHash(newcomerToken)]);
  }
}

export function isInvitationCode(text: unknown): text is string {
  return typeof text === 'string' && INVITATION_CODE.test(text);
}

function invitationCode(token: string): string {
  return keyedHash(token, 'invitation').slice(0, CODE_LENGTH);
}
