import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is told of each campaign's gap for an hour, so that every process tells the same. */
const CHANGES = [
  `CREATE TABLE "hourly_state" (
    "campaign_id" uuid NOT NULL,
    "hour" timestamptz NOT NULL,
    "body" text NOT NULL,
    CONSTRAINT "hourly_state_pkey" PRIMARY KEY ("campaign_id"),
    CONSTRAINT "hourly_state_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE CASCADE
  )`,
];

export class HourlyStates1795320000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
