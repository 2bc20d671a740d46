import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Screenshots of readings, and the keys of the days under which readers are told apart. */
const CHANGES = [
  `CREATE TABLE "evidence" (
    "id" uuid NOT NULL,
    "sha256" text NOT NULL,
    "type" text NOT NULL,
    "width" integer NOT NULL,
    "height" integer NOT NULL,
    "bytes" bytea NOT NULL,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "evidence_once" UNIQUE ("sha256"),
    CONSTRAINT "evidence_type" CHECK ("type" IN ('webp')),
    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "reader_key" (
    "day" text NOT NULL,
    "value" text NOT NULL,
    CONSTRAINT "reader_key_pkey" PRIMARY KEY ("day")
  )`,
  `ALTER TABLE "reading" ADD "evidence_id" uuid`,
  `ALTER TABLE "reading" ADD CONSTRAINT "reading_evidence_id_fkey"
    FOREIGN KEY ("evidence_id") REFERENCES "evidence"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `CREATE INDEX "reading_named" ON "reading" ("created_at") WHERE "reader" LIKE '%#%'`,
  `CREATE INDEX "reading_evidence" ON "reading" ("evidence_id") WHERE "evidence_id" IS NOT NULL`,
];

export class Evidence1795316400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
