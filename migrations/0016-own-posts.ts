import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Posts in the campaigner's own words. */
const CHANGES = [
  `CREATE TABLE "own_post" (
    "id" uuid NOT NULL,
    "language" text NOT NULL,
    "text" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "removed_at" timestamptz,
    "removal_reason" text,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "own_post_language" CHECK ("language" IN ('fr', 'en', 'de', 'es', 'it')),
    CONSTRAINT "own_post_removed" CHECK (("removed_at" IS NULL) = ("removal_reason" IS NULL)),
    CONSTRAINT "own_post_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "own_post_campaign" ON "own_post" ("campaign_id", "created_at")`,
  `ALTER TABLE "own_post" ADD CONSTRAINT "own_post_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];

export class OwnPosts1795320000080 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
