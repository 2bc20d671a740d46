import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who pledged is sealed and hashed with keys that are not in the database (docs/adr/0014), and a pledge says how it was proven
 * and kept. A migration has no keys: handles that are there wait in a table of their own, which goes once the next start has
 * sealed them.
 */
const CHANGES = [
  `CREATE TABLE "known_key" (
    "id" text NOT NULL,
    "state" text NOT NULL,
    "since" timestamptz NOT NULL,
    CONSTRAINT "known_key_state" CHECK ("state" IN ('current', 'old')),
    CONSTRAINT "known_key_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "known_key_current" ON "known_key" ("state") WHERE "state" = 'current'`,

  `DO $$ BEGIN
    IF EXISTS (SELECT FROM pledge WHERE handle IS NOT NULL) THEN
      CREATE TABLE pledge_unsealed AS SELECT id, handle FROM pledge WHERE handle IS NOT NULL;
      ALTER TABLE pledge_unsealed ADD PRIMARY KEY (id);
    END IF;
  END $$`,

  `ALTER TABLE "pledge"
    ADD "counts" boolean,
    ADD "sealed" text,
    ADD "handle_hash" text,
    ADD "actor_hash" text,
    ADD "host_hash" text,
    ADD "proof" text,
    ADD "kept_how" text,
    ADD "look_again_at" timestamptz,
    ADD "consented_at" timestamptz,
    ADD "show_consent_at" timestamptz`,
  `UPDATE "pledge" SET
    "counts" = "handle_key" IS NOT NULL OR "state" IN ('withdrawn', 'expired'),
    "kept_how" = CASE WHEN "kept_at" IS NOT NULL THEN 'listed' END,
    "look_again_at" = CASE WHEN "state" = 'kept' THEN "kept_at" + interval '30 days' END,
    "consented_at" = "created_at",
    "show_consent_at" = CASE WHEN "show_handle" THEN "created_at" END,
    "follow_state" = 'unknown'`,
  `ALTER TABLE "pledge" DROP CONSTRAINT "pledge_once"`,
  `DROP INDEX "pledge_by_state"`,
  `ALTER TABLE "pledge"
    DROP "handle",
    DROP "handle_key",
    DROP "host",
    DROP "follow_url",
    DROP "show_handle",
    ALTER "counts" SET NOT NULL,
    ALTER "consented_at" SET NOT NULL`,
  `ALTER TABLE "pledge" DROP CONSTRAINT "pledge_state"`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_state"
    CHECK ("state" IN ('waiting', 'pending', 'confirmed', 'kept', 'lapsed', 'withdrawn', 'expired'))`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_proof" CHECK ("proof" IN ('mastodon', 'misskey', 'bluesky', 'profile', 'email'))`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_proven" CHECK (("proof" IS NULL) = ("confirmed_at" IS NULL))`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_kept_how" CHECK ("kept_how" IN ('followed', 'relationship', 'listed'))`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_kept" CHECK (("kept_how" IS NULL) = ("kept_at" IS NULL))`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_once" UNIQUE ("campaign_id", "handle_hash")`,
  `ALTER TABLE "pledge" ADD CONSTRAINT "pledge_one_actor" UNIQUE ("campaign_id", "actor_hash")`,
  `CREATE INDEX "pledge_by_state" ON "pledge" ("campaign_id", "state", "host_hash")`,
  `CREATE INDEX "pledge_look_again" ON "pledge" ("look_again_at") WHERE "look_again_at" IS NOT NULL`,

  `ALTER TABLE "pledge_tally" ADD "anonymised_at" timestamptz`,
];

export class SealedPledges1795320000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
