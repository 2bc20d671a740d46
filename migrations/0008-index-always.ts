import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trigger that chains readings looks the last one up in the index, always. Its plans are kept for as long as a
 * connection lives: one that was made while the table was known to be empty (by ANALYZE, which any maintenance runs) reads the
 * whole table for every reading from then on, 6 ms each with a hundred thousand of them.
 */
const CHANGES = [
  `ALTER FUNCTION "reading_append"() SET enable_seqscan TO off`,
  `ALTER FUNCTION "reading_append"() SET enable_bitmapscan TO off`,
];

export class IndexAlways1795320000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
