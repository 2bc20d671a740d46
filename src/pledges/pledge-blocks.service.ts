import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { SECOND } from '../domain/durations.ts';
import { handleText, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing, placeOf, stillCurrent, type Keys } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { PledgeBlock, type BlockKind } from './pledge-block.entity.ts';
import { handleHash, handleHashes, hostHash, hostHashes } from './pledge-person.ts';
import { setBlockedAside, takeBack } from './set-aside.ts';

/** What is blocked; a handle is shown to nobody. */
export interface BlockView {
  id: string;
  kind: BlockKind;
  server: string | null;
  createdAt: Date;
}

/** A server by its name, or a handle. */
export type Blockable = { kind: 'server'; host: string } | { kind: 'handle'; handle: FediverseHandle };

/** For so long a process goes on by the list that it read. */
const FRESH = 5 * SECOND;

/** Servers and handles from which no pledge counts, as moderators decided. */
@Injectable()
export class PledgeBlocks {
  private list: { servers: ReadonlySet<string>; until: number } = { servers: new Set(), until: 0 };

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
  ) {}

  /** Whether a server is blocked, by its own name or by one above it. */
  async blocksServer(host: string): Promise<boolean> {
    const { servers } = await this.fresh();
    const names = host.split('.');
    return servers.size > 0 && names.some((_, index) => servers.has(names.slice(index).join('.')));
  }

  /** Whether no pledge in this name counts: the handle is blocked, its server, or one above that. */
  async blocksHandle(manager: EntityManager, handle: FediverseHandle): Promise<boolean> {
    const keys = await this.ring.keys(manager);
    const names = handle.host.split('.').map((_, index, labels) => labels.slice(index).join('.'));
    const hashes = [...handleHashes(keys, handle), ...names.flatMap((name) => hostHashes(keys, name))];
    return manager.existsBy(PledgeBlock, { hash: In(hashes) });
  }

  /** Newest first. */
  async all(): Promise<BlockView[]> {
    const rows = await this.database.getRepository(PledgeBlock).find({ order: { createdAt: 'DESC', id: 'DESC' } });
    return Promise.all(
      rows.map(async ({ id, kind, sealed, createdAt }) => ({ id, kind, createdAt, server: kind === 'server' ? await this.open(id, sealed) : null })),
    );
  }

  /** Within the decision of which it is part: how many pledges it sets aside, with its id; null when it is blocked already. */
  async add(manager: EntityManager, blockable: Blockable): Promise<{ id: string; setAside: number } | null> {
    const keys = await stillCurrent(manager, this.ring);
    const [id, createdAt] = [newId(), this.clock.now()];
    const text = textOf(blockable);
    const row = { id, kind: blockable.kind, hash: hashOf(keys, text), sealed: keys.seal(placeOf('pledge_block', 'sealed', id), text), createdAt };
    const added = await manager.createQueryBuilder().insert().into(PledgeBlock).values(row).orIgnore().returning('id').execute();
    if ((added.raw as unknown[]).length === 0) return null;
    const setAside = await setBlockedAside(manager, row, createdAt);
    this.list = { ...this.list, until: 0 };
    return { id, setAside };
  }

  /** Within the decision of which it is part: how many pledges count again; null when there is no such block. */
  async remove(manager: EntityManager, id: string): Promise<{ counted: number } | null> {
    const removed = await manager.delete(PledgeBlock, { id });
    if (removed.affected !== 1) return null;
    const counted = await takeBack(manager, id, this.clock.now());
    this.list = { ...this.list, until: 0 };
    return { counted };
  }

  private async fresh(): Promise<{ servers: ReadonlySet<string> }> {
    const now = this.clock.now().getTime();
    if (now < this.list.until && now >= this.list.until - FRESH) return this.list;
    const rows = await this.database.getRepository(PledgeBlock).findBy({ kind: 'server' });
    const servers = await Promise.all(rows.map(({ id, sealed }) => this.open(id, sealed)));
    this.list = { servers: new Set(servers), until: now + FRESH };
    return this.list;
  }

  private async open(id: string, sealed: string): Promise<string> {
    const text = await this.ring.open(placeOf('pledge_block', 'sealed', id), sealed);
    if (text === null) throw new Error(`Block ${id} cannot be opened.`);
    return text;
  }
}

/** A handle has an @, a server has none. */
function textOf(blockable: Blockable): string {
  return blockable.kind === 'server' ? blockable.host : handleText(blockable.handle);
}

function hashOf(keys: Keys, text: string): string {
  if (!text.includes('@')) return hostHash(keys, { user: '', host: text });
  const handle = parseFediverseHandle(text);
  if (!handle.ok) throw new Error('A block holds something else than a handle.');
  return handleHash(keys, handle.value);
}

/** For whoever changes the site's keys. */
export const SEALED_BLOCKS: SealedTable = {
  name: 'pledge_block',
  column: 'sealed',
  hashed: ['hash'],
  hashesOf: (keys, opened) => [hashOf(keys, opened)],
};
