import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MINUTE } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { Claim } from './claim.entity.ts';

/** After this, whoever claimed an entry has surely left it. */
export const CLAIM_LIFE = 30 * MINUTE;

/** Who looks at an entry, since when; a claim stops nobody from deciding. */
export interface ClaimView {
  staffId: string;
  name: string;
  at: Date;
}

/** Telling each other who looks at what, so that two moderators do not do the same work. */
@Injectable()
export class Claims {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Takes an entry that is free, one's own, or left for half an hour. */
  async claim(subjectId: string, by: Pick<StaffMember, 'id'>): Promise<Result<null, { type: 'claimed'; by: ClaimView }>> {
    const now = this.clock.now();
    const rows = await this.database.query<unknown[]>(
      `INSERT INTO claim (subject_id, staff_id, at) VALUES ($1, $2, $3)
       ON CONFLICT (subject_id) DO UPDATE SET staff_id = excluded.staff_id, at = excluded.at
         WHERE claim.staff_id = excluded.staff_id OR claim.at <= $4
       RETURNING subject_id`,
      [subjectId, by.id, now, this.oldest(now)],
    );
    if (rows.length === 1) return ok(null);
    const holder = await this.of(subjectId);
    return holder === null ? this.claim(subjectId, by) : fail({ type: 'claimed', by: holder });
  }

  async release(subjectId: string, by: Pick<StaffMember, 'id'>): Promise<void> {
    await this.database.getRepository(Claim).delete({ subjectId, staff: { id: by.id } });
  }

  /** Who looks at the entry now, null when nobody does. */
  async of(subjectId: string): Promise<ClaimView | null> {
    const claim = await this.database
      .getRepository(Claim)
      .findOne({ where: { subjectId }, relations: { staff: true } });
    if (claim === null || claim.at <= this.oldest(this.clock.now())) return null;
    return { staffId: claim.staff.id, name: claim.staff.name, at: claim.at };
  }

  private oldest(now: Date): Date {
    return new Date(now.getTime() - CLAIM_LIFE);
  }
}
