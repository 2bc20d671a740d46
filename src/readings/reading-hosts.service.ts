import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { MINUTE } from '../domain/durations.ts';
import type { AccountState } from '../institutions/account.entity.ts';
import { Host } from './host.entity.ts';

/**
 * An account whose turn it is. `triedBefore` tells its last try to the last digit, as only the database can: when it is
 * another one at the end, somebody else has read the account meanwhile.
 */
export interface DueAccount {
  id: string;
  network: string;
  handle: string;
  newHandle: string | null;
  url: string;
  actorUri: string | null;
  remoteId: string | null;
  home: string;
  state: AccountState;
  failures: number;
  triedBefore: string | null;
  isPlanned: boolean;
}

/** A host whose turn it is, and what is due there. */
export interface HostTurn {
  leaseId: string;
  host: Host;
  accounts: DueAccount[];
}

/** What a visit leaves behind for the next one. */
export type AfterVisit = Pick<Host, 'failures' | 'lastFailure' | 'closedUntil' | 'robots' | 'robotsAt'>;

/** Accounts in one visit; what is left is due as before. */
const MOST_ACCOUNTS = 200;
/** Longer than the longest visit (reading-visit.ts): after this, a visit was cut off. */
export const LEASE = 3 * MINUTE;

const KNOW = `
  INSERT INTO host (name, failures)
  SELECT DISTINCT home, 0 FROM account WHERE next_reading_at <= $1
  ON CONFLICT DO NOTHING`;

/** Whoever has waited longest comes first; two workers that look at once take different hosts. */
const LEASE_DUE = `
  WITH waiting AS (
    SELECT home, min(next_reading_at) AS since FROM account WHERE next_reading_at <= $1 GROUP BY home),
  turn AS (
    SELECT host.name FROM host JOIN waiting ON waiting.home = host.name
    WHERE (leased_until IS NULL OR leased_until <= $1) AND (closed_until IS NULL OR closed_until <= $1)
    ORDER BY waiting.since LIMIT $2 FOR UPDATE OF host SKIP LOCKED)
  UPDATE host SET lease_id = $3, leased_until = $4 FROM turn WHERE host.name = turn.name
  RETURNING host.name`;

const LEASE_NAMED = `
  UPDATE host SET lease_id = $3, leased_until = $4
  WHERE name = $2 AND (leased_until IS NULL OR leased_until <= $1) RETURNING name`;

const ACCOUNT = `id, network, handle, new_handle AS "newHandle", url, actor_uri AS "actorUri", remote_id AS "remoteId",
  home, state, failures, tried_at::text AS "triedBefore", next_reading_at IS NOT NULL AS "isPlanned"`;

const DUE_AT = `
  SELECT account.* FROM unnest($1::text[]) AS host (name)
  CROSS JOIN LATERAL (
    SELECT ${ACCOUNT} FROM account WHERE home = host.name AND next_reading_at <= $2
    ORDER BY next_reading_at LIMIT ${MOST_ACCOUNTS}) account`;

const RELEASE = `
  UPDATE host SET lease_id = NULL, leased_until = NULL, failures = $3, last_failure = $4, closed_until = $5, robots = $6,
         robots_at = $7
  WHERE name = $1 AND lease_id = $2`;

/** Whose turn it is: a row for each host is the queue of its accounts (ADR 12). */
@Injectable()
export class ReadingHosts {
  constructor(private readonly database: DataSource) {}

  /** Makes sure that every host with something due has its row. */
  async know(now: Date): Promise<void> {
    await this.database.query(KNOW, [now]);
  }

  /** The next hosts with something due, held for one visit each beside any number of workers. */
  async claim(now: Date, limit: number): Promise<HostTurn[]> {
    return this.take(LEASE_DUE, now, limit);
  }

  /** One host, whatever it asked for; null while somebody else is there. */
  async claimNamed(name: string, now: Date): Promise<HostTurn | null> {
    await this.database.query('INSERT INTO host (name, failures) VALUES ($1, 0) ON CONFLICT DO NOTHING', [name]);
    const [turn] = await this.take(LEASE_NAMED, now, name);
    return turn ?? null;
  }

  /** An account by its id, due or not; throws for one that does not exist. */
  async account(id: string): Promise<DueAccount> {
    const [account] = await this.database.query<DueAccount[]>(`SELECT ${ACCOUNT} FROM account WHERE id = $1`, [id]);
    if (account === undefined) throw new Error('There is no such account.');
    return account;
  }

  /** Ends a visit; one that took longer than its lease changes nothing of what came after it. */
  async release({ host, leaseId }: HostTurn, after: AfterVisit): Promise<void> {
    const { failures, lastFailure, closedUntil, robots, robotsAt } = after;
    await this.database.query(RELEASE, [host.name, leaseId, failures, lastFailure, closedUntil, robots, robotsAt]);
  }

  /** Every host that was ever asked, by name. */
  async list(): Promise<Host[]> {
    return this.database.getRepository(Host).find({ order: { name: 'ASC' } });
  }

  /** Keeps a wish not to be read, or forgets it. */
  async setOptedOut(name: string, since: Date | null): Promise<void> {
    await this.database.query(
      `INSERT INTO host (name, failures, opted_out_at) VALUES ($1, 0, $2)
       ON CONFLICT (name) DO UPDATE SET opted_out_at = excluded.opted_out_at`,
      [name, since],
    );
  }

  private async take(lease: string, now: Date, which: number | string): Promise<HostTurn[]> {
    const leaseId = newId();
    const until = new Date(now.getTime() + LEASE);
    const [leased] = await this.database.query<[{ name: string }[], number]>(lease, [now, which, leaseId, until]);
    if (leased.length === 0) return [];
    const names = leased.map(({ name }) => name);
    const [hosts, accounts] = await Promise.all([
      this.database.getRepository(Host).find({ where: names.map((name) => ({ name })) }),
      this.database.query<DueAccount[]>(DUE_AT, [names, now]),
    ]);
    const due = Map.groupBy(accounts, ({ home }) => home);
    return hosts.map((host) => ({ leaseId, host, accounts: due.get(host.name) ?? [] }));
  }
}
