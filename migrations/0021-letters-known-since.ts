import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which day something that happened to a letter is called, however it is corrected, and since when the public knows of it. */
const CHANGES = [
  `ALTER TABLE "letter_event" ADD "first_day" date, ADD "known_since" timestamptz`,
  `WITH RECURSIVE written AS (
    SELECT id, day, created_at FROM letter_event WHERE replaces_id IS NULL
    UNION ALL
    SELECT later.id, written.day, written.created_at FROM letter_event later JOIN written ON written.id = later.replaces_id
  )
  UPDATE letter_event SET first_day = written.day,
    known_since = CASE WHEN step <> 'withdrawn' AND standing <> 'hidden' AND (step = 'sent' OR standing <> 'reported') THEN written.created_at END
  FROM written WHERE written.id = letter_event.id`,
  `ALTER TABLE "letter_event" ALTER "first_day" SET NOT NULL`,
  `ALTER TABLE "letter_event" ADD CONSTRAINT "letter_event_known"
    CHECK ("known_since" IS NOT NULL OR "step" = 'withdrawn' OR "standing" = 'hidden' OR ("standing" = 'reported' AND "step" <> 'sent'))`,
  `CREATE TRIGGER "letter_event_first_day_stays"
    BEFORE UPDATE OF "first_day" ON "letter_event" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_letter_event_change"()`,
];

export class LettersKnownSince1795320000130 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
