import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A correction is always a reading of its own, which replaces exactly one (docs/adr/0013); a counted reading may be struck
 * out; and what is unusual is flagged for a moderator.
 */
const CHANGES = [
  `ALTER TABLE "reading" DROP CONSTRAINT "reading_once"`,
  `CREATE UNIQUE INDEX "reading_once" ON "reading" ("account_id", "at", "source", "reader", "count") WHERE "replaces_id" IS NULL`,
  `DROP INDEX "reading_replaces"`,
  `CREATE UNIQUE INDEX "reading_replaces" ON "reading" ("replaces_id") WHERE "replaces_id" IS NOT NULL`,
  `ALTER TABLE "reading" DROP CONSTRAINT "reading_status"`,
  `ALTER TABLE "reading" ADD CONSTRAINT "reading_status"
    CHECK ("status" IN ('counted', 'pending', 'rejected', 'replaced', 'struck'))`,
  `CREATE INDEX "reading_struck" ON "reading" ("account_id", "at") WHERE "status" = 'struck'`,

  `CREATE TABLE "reading_flag" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "from_at" timestamptz NOT NULL,
    "from_count" bigint NOT NULL,
    "at" timestamptz NOT NULL,
    "count" bigint NOT NULL,
    "most" bigint NOT NULL,
    "followers" jsonb,
    "state" text NOT NULL,
    "note" jsonb,
    "created_at" timestamptz NOT NULL,
    "decided_at" timestamptz,
    "account_id" uuid NOT NULL,
    CONSTRAINT "reading_flag_kind" CHECK ("kind" IN ('spike', 'drop')),
    CONSTRAINT "reading_flag_state" CHECK ("state" IN ('open', 'confirmed', 'dismissed')),
    CONSTRAINT "reading_flag_note" CHECK (("state" = 'confirmed') = ("note" IS NOT NULL)),
    CONSTRAINT "reading_flag_once" UNIQUE ("account_id", "kind", "at"),
    CONSTRAINT "reading_flag_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "reading_flag_open" ON "reading_flag" ("account_id", "kind") WHERE "state" = 'open'`,
  `ALTER TABLE "reading_flag" ADD CONSTRAINT "reading_flag_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
];

export class CorrectionsAndFlags1795320000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
