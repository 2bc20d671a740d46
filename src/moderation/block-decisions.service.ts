import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { parseSupporterHandle } from '../domain/supporter-handle.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { PledgeBlocks, type Blockable } from '../pledges/pledge-blocks.service.ts';
import { decideWhole, record } from './decisions.ts';

export type BlockFailure = { type: 'not-a-name' } | { type: 'blocked-already' } | { type: 'not-found' };

/** Blocking servers and handles, and letting them in again. The log tells a server's name and no handle. */
@Injectable()
export class BlockDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly pages: PageCache,
    private readonly blocks: PledgeBlocks,
  ) {}

  /** `typed` is a server's name or a handle, in any spelling. */
  async block(by: StaffMember, typed: string, reason: string): Promise<Result<null, BlockFailure>> {
    const blockable = read(typed);
    if (blockable === null) return fail({ type: 'not-a-name' });
    return this.decided(async (manager) => {
      const added = await this.blocks.add(manager, blockable);
      if (added === null) return fail({ type: 'blocked-already' });
      const server = blockable.kind === 'server' ? blockable.host : null;
      const [before, after] = [{ server: null, pledges: null }, { server, pledges: said(added.setAside) }];
      await record(manager, { by, subject: 'block', subjectId: added.id, action: 'block', reason, before, after, at: this.clock.now() });
      return ok(null);
    });
  }

  /** What was set aside by the block counts again. */
  async unblock(by: StaffMember, id: string, reason: string): Promise<Result<null, BlockFailure>> {
    return this.decided(async (manager) => {
      const removed = await this.blocks.remove(manager, id);
      if (removed === null) return fail({ type: 'not-found' });
      const [before, after] = [{ pledges: null }, { pledges: said(removed.counted) }];
      await record(manager, { by, subject: 'block', subjectId: id, action: 'unblock', reason, before, after, at: this.clock.now() });
      return ok(null);
    });
  }

  private async decided(work: Parameters<typeof decideWhole<null, BlockFailure>>[1]): Promise<Result<null, BlockFailure>> {
    const decided = await decideWhole<null, BlockFailure>(this.database, work);
    if (decided.ok) this.pages.clear();
    return decided;
  }
}

function said(n: number): string | null {
  return n === 0 ? null : String(n);
}

function read(typed: string): Blockable | null {
  const handle = parseSupporterHandle(typed);
  if (handle.ok) return { kind: 'handle', handle: handle.value };
  return handle.error.type === 'server-only' ? { kind: 'server', host: handle.error.host } : null;
}
