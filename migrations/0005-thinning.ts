import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far readings were thinned. */
const CHANGES = [
  `CREATE TABLE "reading_thinning" (
    "account_id" uuid NOT NULL,
    "number" integer NOT NULL,
    CONSTRAINT "reading_thinning_pkey" PRIMARY KEY ("account_id")
  )`,
  `ALTER TABLE "reading_thinning" ADD CONSTRAINT "reading_thinning_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
];

export class Thinning1795320000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
