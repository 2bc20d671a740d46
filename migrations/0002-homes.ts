import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts know where they are read and what became of them; a row for each host is the queue of its readings. */
const CHANGES = [
  `ALTER TABLE "account" ADD "remote_id" text, ADD "home" text, ADD "new_handle" text`,
  `UPDATE "account" SET "home" = coalesce(substring("actor_uri" from '^https://([^/]+)'), 'api.x.com')`,
  `ALTER TABLE "account" ALTER "home" SET NOT NULL`,
  `ALTER TABLE "account" DROP CONSTRAINT "account_state"`,
  `ALTER TABLE "account" ADD CONSTRAINT "account_state" CHECK ("state" IN ('ok', 'limited', 'renamed', 'moved', 'hidden',
    'suspended', 'gone', 'deleted', 'opted-out', 'unreachable'))`,
  `CREATE INDEX "account_home" ON "account" ("home", "next_reading_at") WHERE "next_reading_at" IS NOT NULL`,
  `CREATE TABLE "host" (
    "name" text NOT NULL,
    "lease_id" uuid,
    "leased_until" timestamptz,
    "closed_until" timestamptz,
    "failures" integer NOT NULL,
    "last_failure" text,
    "robots" text,
    "robots_at" timestamptz,
    "opted_out_at" timestamptz,
    CONSTRAINT "host_pkey" PRIMARY KEY ("name")
  )`,
];

export class Homes1795312800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
