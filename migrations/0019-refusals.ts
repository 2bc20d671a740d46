import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What becomes of mailboxes and webhooks that take nothing: the weekly mail keeps how often and since when it failed, what waits
 * for a webhook is found by when it is due, and what happened before a campaign was shown again is told to nobody. The mail of an
 * opening gets a way out of its own, and campaigns are found by their accounts.
 */
const CHANGES = [
  `ALTER TABLE "digest_reader" ADD "tries" integer NOT NULL DEFAULT 0`,
  `ALTER TABLE "digest_reader" ADD "failing_since" timestamptz`,
  `ALTER TABLE "tell_request" ADD "leave_hash" text`,
  `ALTER TABLE "tell_request" ADD CONSTRAINT "tell_request_leave" UNIQUE ("leave_hash")`,
  `ALTER TABLE "campaign" ADD "shown_again_at" timestamptz`,
  `CREATE INDEX "campaign_fediverse_account" ON "campaign" ("fediverse_account_id")`,
  `CREATE INDEX "campaign_x_account" ON "campaign" ("x_account_id")`,
  `CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" ("next_at") WHERE "state" = 'waiting'`,
];

export class Refusals1795320000110 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
