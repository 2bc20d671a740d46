import type { MigrationInterface, QueryRunner } from 'typeorm';

/** "I will when 300 others do" (docs/adr/0018): for how many a pledge waits, since when it no longer does, and who joins next. */
const CHANGES = [
  `ALTER TABLE "pledge"
    ADD "when_others" integer,
    ADD "released_at" timestamptz,
    ADD CONSTRAINT "pledge_when_others" CHECK ("when_others" BETWEEN 1 AND 100000),
    ADD CONSTRAINT "pledge_waits" CHECK ("state" <> 'waiting' OR ("when_others" IS NOT NULL AND "released_at" IS NULL))`,
  `CREATE INDEX "pledge_waiting" ON "pledge" ("campaign_id", "when_others", "id") WHERE "state" = 'waiting'`,
  `ALTER TABLE "pledge_tally" ADD "next_release" jsonb`,
];

export class ConditionalPledges1795320000040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
