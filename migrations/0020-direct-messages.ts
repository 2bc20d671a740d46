import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Supporters may be told of an opening by a direct message of the site's account: each once, one after the other. */
const CHANGES = [
  `ALTER TABLE "tell_request" DROP CONSTRAINT "tell_request_way"`,
  `ALTER TABLE "tell_request" ADD CONSTRAINT "tell_request_way" CHECK ("way" IN ('mail', 'feed', 'direct'))`,
  `ALTER TABLE "tell_request" ADD "handed_at" timestamptz`,
  `ALTER TABLE "tell_request" ADD "failure" text`,
  `ALTER TABLE "tell_request" ADD CONSTRAINT "tell_request_failure" CHECK ("failure" IN ('refused', 'unclear'))`,
  `CREATE INDEX "tell_request_unsent" ON "tell_request" ("told_at") WHERE "way" = 'direct' AND "sent_at" IS NULL AND "failure" IS NULL`,
  `CREATE TABLE "message_turn" ("name" text NOT NULL, "next_at" timestamptz NOT NULL, CONSTRAINT "message_turn_pkey" PRIMARY KEY ("name"))`,
];

export class DirectMessages1795320000120 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
