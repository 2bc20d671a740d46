import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Supporters who asked to be told when the account opens, and how far the telling is. */
const CHANGES = [
  `CREATE TABLE "tell_request" (
    "id" uuid NOT NULL,
    "way" text NOT NULL,
    "sealed" text,
    "address_hash" text,
    "language" text NOT NULL,
    "asked_at" timestamptz NOT NULL,
    "told_at" timestamptz,
    "corrects" boolean NOT NULL DEFAULT false,
    "sent_at" timestamptz,
    "pledge_id" uuid NOT NULL,
    "told_account_id" uuid,
    CONSTRAINT "tell_request_once" UNIQUE ("pledge_id", "way"),
    CONSTRAINT "tell_request_address" UNIQUE ("address_hash"),
    CONSTRAINT "tell_request_way" CHECK ("way" IN ('mail', 'feed')),
    CONSTRAINT "tell_request_told" CHECK (("told_at" IS NULL) = ("told_account_id" IS NULL)),
    CONSTRAINT "tell_request_sealed" CHECK (("sealed" IS NULL) = ("address_hash" IS NULL)),
    CONSTRAINT "tell_request_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "tell_request_known" ON "tell_request" ("told_at") WHERE "sealed" IS NOT NULL`,
  `ALTER TABLE "tell_request" ADD CONSTRAINT "tell_request_pledge_id_fkey" FOREIGN KEY ("pledge_id") REFERENCES "pledge"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "tell_request" ADD CONSTRAINT "tell_request_told_account_id_fkey" FOREIGN KEY ("told_account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  // However a pledge comes to be erased: whoever withdrew it is not written to.
  `CREATE FUNCTION "pledge_forget_tell_requests"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM tell_request WHERE pledge_id = NEW.id;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER "pledge_forget_tell_requests" AFTER UPDATE OF "sealed" ON "pledge" FOR EACH ROW
    WHEN (NEW."sealed" IS NULL) EXECUTE FUNCTION "pledge_forget_tell_requests"()`,
  `CREATE TABLE "wave" (
    "campaign_id" uuid NOT NULL,
    "total" integer,
    "batches" integer NOT NULL,
    "next_at" timestamptz NOT NULL,
    "stopped_at" timestamptz,
    "finished_at" timestamptz,
    CONSTRAINT "wave_pkey" PRIMARY KEY ("campaign_id")
  )`,
  `CREATE INDEX "wave_due" ON "wave" ("next_at") WHERE "finished_at" IS NULL AND "stopped_at" IS NULL`,
  `ALTER TABLE "wave" ADD CONSTRAINT "wave_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "email_code" DROP CONSTRAINT "email_code_asker"`,
  `ALTER TABLE "email_code" ADD CONSTRAINT "email_code_asker" UNIQUE ("asker_hash", "purpose")`,
  `ALTER TABLE "email_code" DROP CONSTRAINT "email_code_purpose"`,
  `ALTER TABLE "email_code" ADD CONSTRAINT "email_code_purpose" CHECK ("purpose" IN ('pledge', 'reminder', 'opening'))`,
];

export class Waves1795320000050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
