import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Addresses that a code was sent to, and those that asked to be written to once: sealed, and soon forgotten. And how many came
 * by a supporter's link, what moderators look at, and whom they block.
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
  `ALTER TABLE "pledge" ADD "set_aside_id" uuid`,
  `ALTER TABLE "pledge" ADD "must_prove" boolean NOT NULL DEFAULT false`,
  `CREATE INDEX "pledge_set_aside" ON "pledge" ("set_aside_id") WHERE "set_aside_id" IS NOT NULL`,
  `CREATE TABLE "pledge_crowd" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "sealed" text NOT NULL,
    "from_at" timestamptz NOT NULL,
    "to_at" timestamptz NOT NULL,
    "pledges" bigint NOT NULL,
    "unproven" bigint NOT NULL,
    "state" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "decided_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "pledge_crowd_kind" CHECK ("kind" IN ('burst', 'throw-away', 'one-actor')),
    CONSTRAINT "pledge_crowd_state" CHECK ("state" IN ('open', 'set-aside', 'dismissed')),
    CONSTRAINT "pledge_crowd_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "pledge_crowd_recent" ON "pledge_crowd" ("campaign_id", "kind", "to_at")`,
  `ALTER TABLE "pledge_crowd" ADD CONSTRAINT "pledge_crowd_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `CREATE TABLE "pledge_block" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "hash" text NOT NULL,
    "sealed" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "pledge_block_hash" UNIQUE ("hash"),
    CONSTRAINT "pledge_block_kind" CHECK ("kind" IN ('server', 'handle')),
    CONSTRAINT "pledge_block_pkey" PRIMARY KEY ("id")
  )`,
  // However a pledge comes to count, typed, proven or seen: not in a blocked name, nor from a blocked server. It is then like a
  // repeated one, by which a stranger learns nothing.
  `CREATE FUNCTION "pledge_heed_blocks"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.counts AND EXISTS (SELECT FROM pledge_block WHERE hash IN (NEW.handle_hash, NEW.host_hash)) THEN
        NEW.counts := false;
        NEW.handle_hash := NULL;
      END IF;
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER "pledge_heed_blocks" BEFORE INSERT OR UPDATE ON "pledge" FOR EACH ROW EXECUTE FUNCTION "pledge_heed_blocks"()`,
  `CREATE INDEX "pledge_newest" ON "pledge" ("campaign_id", "created_at") WHERE "counts"`,
];

export class ProofsAndCrowds1795320000030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
