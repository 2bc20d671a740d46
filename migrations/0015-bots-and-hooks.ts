import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What bots publish: the ledger of it, the campaigners' wishes, the accounts that they lend, and the switch that stops it all. And
 * addresses that are told what happens, with a log of what they were told, and who gets the news of a week by mail.
 */
const CHANGES = [
  `CREATE TABLE "site_pause" (
    "name" text NOT NULL,
    "since" timestamptz NOT NULL,
    CONSTRAINT "site_pause_pkey" PRIMARY KEY ("name")
  )`,
  `CREATE TABLE "publishing_wishes" (
    "campaign_id" uuid NOT NULL,
    "mode" text NOT NULL,
    "visibility" text NOT NULL,
    "language" text NOT NULL,
    "quotes" text NOT NULL,
    "quiet_from" integer NOT NULL,
    "quiet_until" integer NOT NULL,
    "per_day" integer NOT NULL,
    "standing_post" boolean NOT NULL,
    "changed_at" timestamptz NOT NULL,
    CONSTRAINT "publishing_wishes_mode" CHECK ("mode" IN ('on', 'dry-run', 'paused')),
    CONSTRAINT "publishing_wishes_hours" CHECK ("quiet_from" BETWEEN 0 AND 23 AND "quiet_until" BETWEEN 0 AND 23),
    CONSTRAINT "publishing_wishes_per_day" CHECK ("per_day" BETWEEN 1 AND 24),
    CONSTRAINT "publishing_wishes_pkey" PRIMARY KEY ("campaign_id")
  )`,
  `ALTER TABLE "publishing_wishes" ADD CONSTRAINT "publishing_wishes_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "campaign_bot" (
    "id" uuid NOT NULL,
    "sealed" text,
    "connected_at" timestamptz NOT NULL,
    "disconnected_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "campaign_bot_sealed" CHECK (("sealed" IS NULL) = ("disconnected_at" IS NOT NULL)),
    CONSTRAINT "campaign_bot_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "campaign_bot_connected" ON "campaign_bot" ("campaign_id") WHERE "disconnected_at" IS NULL`,
  `ALTER TABLE "campaign_bot" ADD CONSTRAINT "campaign_bot_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "publication" (
    "id" uuid NOT NULL,
    "occasion" text NOT NULL,
    "kind" text NOT NULL,
    "at" timestamptz NOT NULL,
    "value" bigint,
    "state" text NOT NULL,
    "reason" text,
    "due_at" timestamptz NOT NULL,
    "attempts" integer NOT NULL,
    "claim" uuid,
    "claimed_at" timestamptz,
    "key" uuid NOT NULL,
    "asked_at" timestamptz,
    "text" text,
    "picture_id" text,
    "without_picture" text,
    "remote_id" text,
    "remote_url" text,
    "sent_at" timestamptz,
    "edited_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    "bot_id" uuid,
    CONSTRAINT "publication_once" UNIQUE ("campaign_id", "occasion"),
    CONSTRAINT "publication_state" CHECK ("state" IN ('planned', 'sending', 'sent', 'skipped', 'failed', 'unclear')),
    CONSTRAINT "publication_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "publication_due" ON "publication" ("due_at") WHERE "state" IN ('planned', 'sending') OR "kind" = 'gap'`,
  `ALTER TABLE "publication" ADD CONSTRAINT "publication_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "publication" ADD CONSTRAINT "publication_bot_id_fkey" FOREIGN KEY ("bot_id") REFERENCES "campaign_bot"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
  `CREATE TABLE "webhook" (
    "id" uuid NOT NULL,
    "sealed" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "failing_since" timestamptz,
    "disabled_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "webhook_campaign" ON "webhook" ("campaign_id")`,
  `ALTER TABLE "webhook" ADD CONSTRAINT "webhook_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "webhook_delivery" (
    "id" uuid NOT NULL,
    "occasion" text NOT NULL,
    "payload" jsonb NOT NULL,
    "state" text NOT NULL,
    "attempts" integer NOT NULL,
    "answer" text,
    "created_at" timestamptz NOT NULL,
    "tried_at" timestamptz,
    "next_at" timestamptz,
    "webhook_id" uuid NOT NULL,
    CONSTRAINT "webhook_delivery_once" UNIQUE ("webhook_id", "occasion"),
    CONSTRAINT "webhook_delivery_state" CHECK ("state" IN ('waiting', 'delivered', 'failed')),
    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
  )`,
  `ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "digest_reader" (
    "id" uuid NOT NULL,
    "address_hash" text NOT NULL,
    "leave_hash" text NOT NULL,
    "sealed" text NOT NULL,
    "language" text NOT NULL,
    "next_at" timestamptz NOT NULL,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "digest_reader_address" UNIQUE ("campaign_id", "address_hash"),
    CONSTRAINT "digest_reader_leave" UNIQUE ("leave_hash"),
    CONSTRAINT "digest_reader_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "digest_reader_due" ON "digest_reader" ("next_at")`,
  `ALTER TABLE "digest_reader" ADD CONSTRAINT "digest_reader_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "email_code" DROP CONSTRAINT "email_code_purpose"`,
  `ALTER TABLE "email_code" ADD CONSTRAINT "email_code_purpose" CHECK ("purpose" IN ('pledge', 'reminder', 'opening', 'digest'))`,
];

export class BotsAndHooks1795320000070 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
