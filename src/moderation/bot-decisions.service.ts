import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { decideWhole, record } from './decisions.ts';

export const BOT_SWITCHES = ['pause_bots', 'resume_bots'] as const;
export type BotSwitch = (typeof BOT_SWITCHES)[number];

/** There is one switch, by which the log knows what was decided about it. */
export const ALL_BOTS = '00000000-0000-7000-8000-000000000001';

/** Stopping and starting all that bots publish, on the whole site. */
@Injectable()
export class BotDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ledger: PublicationLedger,
  ) {}

  /** What is planned waits for the end of a pause. */
  async decide(by: StaffMember, action: BotSwitch, reason: string | null): Promise<Result<null, { type: 'already-decided' }>> {
    return decideWhole<null, { type: 'already-decided' }>(this.database, async (manager) => {
      if (!(await this.ledger.setPaused(action === 'pause_bots', manager))) return fail({ type: 'already-decided' });
      await record(manager, { by, subject: 'bot', subjectId: ALL_BOTS, action, reason, before: {}, after: {}, at: this.clock.now() });
      return ok(null);
    });
  }
}
