import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pictures as they were last drawn, so that no process draws what another one has; and whom a campaign's links credit. */
const CHANGES = [
  `CREATE TABLE "drawn_picture" (
    "campaign_id" uuid NOT NULL,
    "name" text NOT NULL,
    "digest" text NOT NULL,
    "body" bytea NOT NULL,
    "asked_at" timestamptz NOT NULL,
    CONSTRAINT "drawn_picture_pkey" PRIMARY KEY ("campaign_id", "name")
  )`,
  // A PNG is compressed already.
  `ALTER TABLE "drawn_picture" ALTER COLUMN "body" SET STORAGE EXTERNAL`,
  `CREATE INDEX "drawn_picture_asked" ON "drawn_picture" ("asked_at")`,
  `ALTER TABLE "drawn_picture" ADD CONSTRAINT "drawn_picture_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "campaign_creator" (
    "campaign_id" uuid NOT NULL,
    "handle" text NOT NULL,
    "proven_at" timestamptz NOT NULL,
    "tried_at" timestamptz NOT NULL,
    CONSTRAINT "campaign_creator_pkey" PRIMARY KEY ("campaign_id")
  )`,
  `CREATE INDEX "campaign_creator_tried" ON "campaign_creator" ("tried_at")`,
  `ALTER TABLE "campaign_creator" ADD CONSTRAINT "campaign_creator_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
];

export class Pictures1795320000090 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
