import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far readings were thinned; questions that a sudden change puts to moderators. */
const CHANGES = [
  `CREATE TABLE "reading_thinning" (
    "account_id" uuid NOT NULL,
    "number" integer NOT NULL,
    CONSTRAINT "reading_thinning_pkey" PRIMARY KEY ("account_id")
  )`,
  `ALTER TABLE "reading_thinning" ADD CONSTRAINT "reading_thinning_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `CREATE TABLE "reading_flag" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "day" date NOT NULL,
    "since" timestamptz NOT NULL,
    "until" timestamptz NOT NULL,
    "change" bigint NOT NULL,
    "usual" bigint,
    "host" text,
    "of_host" integer,
    "sampled" integer,
    "state" text NOT NULL,
    "opened_at" timestamptz NOT NULL,
    "decided_at" timestamptz,
    "note_fr" text,
    "note_en" text,
    "account_id" uuid NOT NULL,
    CONSTRAINT "reading_flag_once" UNIQUE ("account_id", "kind", "day"),
    CONSTRAINT "reading_flag_kind" CHECK ("kind" IN ('spike', 'concentration')),
    CONSTRAINT "reading_flag_state" CHECK ("state" IN ('open', 'confirmed', 'dismissed')),
    CONSTRAINT "reading_flag_note" CHECK (("state" = 'confirmed') = ("note_fr" IS NOT NULL OR "note_en" IS NOT NULL)),
    CONSTRAINT "reading_flag_host" CHECK ("kind" <> 'concentration' OR ("host" IS NOT NULL AND "of_host" IS NOT NULL AND "sampled" IS NOT NULL)),
    CONSTRAINT "reading_flag_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "reading_flag_open" ON "reading_flag" ("opened_at") WHERE "state" = 'open'`,
  `ALTER TABLE "reading_flag" ADD CONSTRAINT "reading_flag_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
];

export class ThinningAndFlags1795320000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
