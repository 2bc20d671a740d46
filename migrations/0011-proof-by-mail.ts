import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Addresses that a code was sent to, and those that asked to be written to once: sealed, and soon forgotten. And how many came
 * by a supporter's link.
 */
const CHANGES = [
  `CREATE TABLE "email_code" (
    "id" uuid NOT NULL,
    "purpose" text NOT NULL,
    "asker_hash" text NOT NULL,
    "link_hash" text NOT NULL,
    "sealed" text NOT NULL,
    "language" text NOT NULL,
    "tries" integer NOT NULL,
    "expires_at" timestamptz NOT NULL,
    CONSTRAINT "email_code_asker" UNIQUE ("asker_hash"),
    CONSTRAINT "email_code_link" UNIQUE ("link_hash"),
    CONSTRAINT "email_code_purpose" CHECK ("purpose" IN ('pledge', 'reminder')),
    CONSTRAINT "email_code_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "email_code_expires" ON "email_code" ("expires_at")`,
  `CREATE TABLE "reminder" (
    "id" uuid NOT NULL,
    "address_hash" text NOT NULL,
    "sealed" text NOT NULL,
    "language" text NOT NULL,
    "due_at" timestamptz NOT NULL,
    CONSTRAINT "reminder_address" UNIQUE ("address_hash"),
    CONSTRAINT "reminder_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "reminder_due" ON "reminder" ("due_at")`,
  `CREATE TABLE "pledge_invitation" (
    "pledge_id" uuid NOT NULL,
    "code_hash" text NOT NULL,
    "brought" bigint NOT NULL,
    CONSTRAINT "pledge_invitation_code" UNIQUE ("code_hash"),
    CONSTRAINT "pledge_invitation_pkey" PRIMARY KEY ("pledge_id")
  )`,
  `ALTER TABLE "pledge_invitation" ADD CONSTRAINT "pledge_invitation_pledge_id_fkey" FOREIGN KEY ("pledge_id") REFERENCES "pledge"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE INDEX "pledge_newest" ON "pledge" ("campaign_id", "created_at") WHERE "counts"`,
];

export class ProofByMail1795320000030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
