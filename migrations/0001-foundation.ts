import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables: institutions and their accounts, readings, campaigns, pledges, moderation, staff. */
const TABLES = [
  `CREATE TABLE "institution" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "country" text NOT NULL,
    "kind" text NOT NULL,
    "website" text,
    "wikidata_id" text,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "institution_country" CHECK ("country" ~ '^[A-Z]{2}$'),
    CONSTRAINT "institution_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "institution_name" ON "institution" ("name")`,
  `CREATE TABLE "account" (
    "id" uuid NOT NULL,
    "network" text NOT NULL,
    "handle" text NOT NULL,
    "handle_key" text NOT NULL,
    "url" text NOT NULL,
    "actor_uri" text,
    "display_name" text NOT NULL,
    "picture" bytea,
    "links_back" boolean NOT NULL,
    "state" text NOT NULL,
    "next_reading_at" timestamptz,
    "tried_at" timestamptz,
    "failures" integer NOT NULL,
    "retry_at" timestamptz,
    "last_failure" text,
    "created_at" timestamptz NOT NULL,
    "institution_id" uuid NOT NULL,
    CONSTRAINT "account_handle" UNIQUE ("network", "handle_key"),
    CONSTRAINT "account_state" CHECK ("state" IN ('ok', 'gone', 'suspended', 'hidden', 'moved', 'unreachable')),
    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "account_due" ON "account" ("next_reading_at") WHERE "next_reading_at" IS NOT NULL`,
  `CREATE TABLE "campaign" (
    "id" uuid NOT NULL,
    "slug" text NOT NULL,
    "dare_kind" text NOT NULL,
    "target" bigint,
    "state" text NOT NULL,
    "hidden_at" timestamptz,
    "title" text NOT NULL,
    "story" text NOT NULL,
    "quote" text,
    "quote_source" text,
    "hashtag" text,
    "language" text NOT NULL,
    "time_zone" text NOT NULL,
    "deadline" timestamptz,
    "review_note" text,
    "institution_reply" text,
    "submitted_at" timestamptz NOT NULL,
    "launched_at" timestamptz,
    "ended_at" timestamptz,
    "changed_at" timestamptz NOT NULL,
    "institution_id" uuid NOT NULL,
    "fediverse_account_id" uuid,
    "x_account_id" uuid,
    CONSTRAINT "campaign_slug" UNIQUE ("slug"),
    CONSTRAINT "campaign_state" CHECK ("state" IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn', 'live', 'won', 'ended', 'closed')),
    CONSTRAINT "campaign_opponent" CHECK ("dare_kind" <> 'overtake' OR "x_account_id" IS NOT NULL),
    CONSTRAINT "campaign_accounts" CHECK ("dare_kind" = 'open' OR "fediverse_account_id" IS NOT NULL),
    CONSTRAINT "campaign_target" CHECK (("dare_kind" = 'reach') = ("target" IS NOT NULL)),
    CONSTRAINT "campaign_dare" CHECK ("dare_kind" IN ('overtake', 'reach', 'open')),
    CONSTRAINT "campaign_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "campaign_by_state" ON "campaign" ("state", "launched_at")`,
  `CREATE TABLE "campaign_owner" (
    "id" uuid NOT NULL,
    "token_hash" text NOT NULL,
    "email" text,
    "language" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "accepted_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "campaign_owner_token" UNIQUE ("token_hash"),
    CONSTRAINT "campaign_owner_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "campaign_owner_email" ON "campaign_owner" ("email")`,
  `CREATE TABLE "draft" (
    "id" uuid NOT NULL,
    "token_hash" text NOT NULL,
    "fields" jsonb NOT NULL,
    "found" jsonb NOT NULL,
    "created_at" timestamptz NOT NULL,
    "changed_at" timestamptz NOT NULL,
    "campaign_id" uuid,
    CONSTRAINT "draft_token" UNIQUE ("token_hash"),
    CONSTRAINT "draft_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "draft_changed" ON "draft" ("changed_at")`,
  `CREATE TABLE "milestone" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "at" timestamptz NOT NULL,
    "value" bigint,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "milestone_once" UNIQUE ("campaign_id", "kind", "at"),
    CONSTRAINT "milestone_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "staff" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "role" text NOT NULL,
    "password_hash" text,
    "created_at" timestamptz NOT NULL,
    "disabled_at" timestamptz,
    CONSTRAINT "staff_name" UNIQUE ("name"),
    CONSTRAINT "staff_role" CHECK ("role" IN ('moderator', 'admin')),
    CONSTRAINT "staff_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "sign_in_link" (
    "id" uuid NOT NULL,
    "token_hash" text NOT NULL,
    "expires_at" timestamptz NOT NULL,
    "used_at" timestamptz,
    "staff_id" uuid NOT NULL,
    CONSTRAINT "sign_in_link_token" UNIQUE ("token_hash"),
    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "claim" (
    "subject_id" uuid NOT NULL,
    "at" timestamptz NOT NULL,
    "staff_id" uuid NOT NULL,
    CONSTRAINT "claim_pkey" PRIMARY KEY ("subject_id")
  )`,
  `CREATE TABLE "decision" (
    "id" uuid NOT NULL,
    "subject" text NOT NULL,
    "subject_id" uuid NOT NULL,
    "action" text NOT NULL,
    "reason" text,
    "before" jsonb NOT NULL,
    "after" jsonb NOT NULL,
    "at" timestamptz NOT NULL,
    "staff_id" uuid NOT NULL,
    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "decision_at" ON "decision" ("at")`,
  `CREATE INDEX "decision_subject" ON "decision" ("subject", "subject_id")`,
  `CREATE TABLE "report" (
    "id" uuid NOT NULL,
    "kind" text NOT NULL,
    "text" text NOT NULL,
    "contact" text,
    "state" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "report_state" CHECK ("state" IN ('open', 'upheld', 'dismissed')),
    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "report_open" ON "report" ("created_at") WHERE "state" = 'open'`,
  `CREATE TABLE "secret" (
    "name" text NOT NULL,
    "value" text NOT NULL,
    CONSTRAINT "secret_pkey" PRIMARY KEY ("name")
  )`,
  `CREATE TABLE "pledge_tally" (
    "campaign_id" uuid NOT NULL,
    "total" bigint NOT NULL,
    "verified" bigint NOT NULL,
    "kept" bigint NOT NULL,
    "server_count" bigint NOT NULL,
    "servers" jsonb NOT NULL,
    "counted_at" timestamptz NOT NULL,
    CONSTRAINT "pledge_tally_pkey" PRIMARY KEY ("campaign_id")
  )`,
  `CREATE TABLE "pledge" (
    "id" uuid NOT NULL,
    "state" text NOT NULL,
    "handle" text,
    "handle_key" text,
    "host" text,
    "token_hash" text,
    "show_handle" boolean NOT NULL,
    "consent_version" text NOT NULL,
    "follow_state" text NOT NULL,
    "follow_url" text,
    "created_at" timestamptz NOT NULL,
    "changed_at" timestamptz NOT NULL,
    "confirmed_at" timestamptz,
    "kept_at" timestamptz,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "pledge_token" UNIQUE ("token_hash"),
    CONSTRAINT "pledge_once" UNIQUE ("campaign_id", "handle_key"),
    CONSTRAINT "pledge_follow_state" CHECK ("follow_state" IN ('unknown', 'found', 'missing', 'unreachable')),
    CONSTRAINT "pledge_state" CHECK ("state" IN ('pending', 'confirmed', 'kept', 'withdrawn', 'expired')),
    CONSTRAINT "pledge_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "pledge_changed" ON "pledge" ("changed_at")`,
  `CREATE INDEX "pledge_by_state" ON "pledge" ("campaign_id", "state", "host")`,
  `CREATE TABLE "reading" (
    "id" uuid NOT NULL,
    "count" bigint NOT NULL,
    "at" timestamptz NOT NULL,
    "source" text NOT NULL,
    "evidence_url" text,
    "reader" text NOT NULL,
    "status" text NOT NULL,
    "replaces_id" uuid,
    "created_at" timestamptz NOT NULL,
    "account_id" uuid NOT NULL,
    CONSTRAINT "reading_once" UNIQUE ("account_id", "at", "source", "reader", "count"),
    CONSTRAINT "reading_status" CHECK ("status" IN ('counted', 'pending', 'rejected', 'replaced')),
    CONSTRAINT "reading_source" CHECK ("source" IN ('network', 'manual', 'import', 'archive')),
    CONSTRAINT "reading_count" CHECK ("count" >= 0),
    CONSTRAINT "reading_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "reading_pending" ON "reading" ("at") WHERE "status" = 'pending'`,
  `CREATE INDEX "reading_counted" ON "reading" ("account_id", "at") WHERE "status" = 'counted'`,
  `ALTER TABLE "account" ADD CONSTRAINT "account_institution_id_fkey" FOREIGN KEY ("institution_id") REFERENCES "institution"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "campaign" ADD CONSTRAINT "campaign_institution_id_fkey" FOREIGN KEY ("institution_id") REFERENCES "institution"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "campaign" ADD CONSTRAINT "campaign_fediverse_account_id_fkey" FOREIGN KEY ("fediverse_account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "campaign" ADD CONSTRAINT "campaign_x_account_id_fkey" FOREIGN KEY ("x_account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "campaign_owner" ADD CONSTRAINT "campaign_owner_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "draft" ADD CONSTRAINT "draft_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "milestone" ADD CONSTRAINT "milestone_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "claim" ADD CONSTRAINT "claim_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "decision" ADD CONSTRAINT "decision_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "report" ADD CONSTRAINT "report_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "pledge_tally" ADD CONSTRAINT "pledge_tally_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "reading" ADD CONSTRAINT "reading_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  // connect-pg-simple's own table, as its documentation gives it.
  `CREATE TABLE "session" (
    "sid" varchar NOT NULL COLLATE "default" PRIMARY KEY,
    "sess" json NOT NULL,
    "expire" timestamp(6) NOT NULL
  )`,
  `CREATE INDEX "session_expire" ON "session" ("expire")`,
  `CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the log of decisions is append-only'; END $$`,
  `CREATE TRIGGER "decision_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"()`,
];

export class Foundation1795305600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
