import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The letter to the institution, what became of it, and the state of a campaign to which the institution agreed (docs/adr/0024).
 */
const CHANGES = [
  `ALTER TABLE "campaign" DROP CONSTRAINT "campaign_state"`,
  `ALTER TABLE "campaign" ADD CONSTRAINT "campaign_state"
    CHECK ("state" IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn', 'live', 'won', 'agreed', 'ended', 'closed'))`,
  `CREATE TABLE "letter" (
    "campaign_id" uuid NOT NULL,
    "language" text NOT NULL,
    "addressee" text,
    "signature" text,
    "text" text,
    "parts" jsonb,
    "changed_at" timestamptz NOT NULL,
    CONSTRAINT "letter_text" CHECK (("text" IS NULL) = ("parts" IS NULL)),
    CONSTRAINT "letter_pkey" PRIMARY KEY ("campaign_id")
  )`,
  `ALTER TABLE "letter" ADD CONSTRAINT "letter_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE "letter_event" (
    "id" uuid NOT NULL,
    "step" text NOT NULL,
    "day" date NOT NULL,
    "way" text,
    "summary" text,
    "link" text,
    "standing" text NOT NULL,
    "recorder" text NOT NULL,
    "recorder_id" uuid NOT NULL,
    "replaces_id" uuid,
    "created_at" timestamptz NOT NULL,
    "campaign_id" uuid NOT NULL,
    CONSTRAINT "letter_event_step" CHECK ("step" IN ('sent', 'acknowledged', 'answered', 'agreed', 'refused', 'withdrawn')),
    CONSTRAINT "letter_event_way" CHECK (("way" IS NULL OR "way" IN ('email', 'post', 'form', 'hand')) AND ("step" = 'sent') = ("way" IS NOT NULL)),
    CONSTRAINT "letter_event_standing" CHECK ("standing" IN ('reported', 'confirmed', 'hidden', 'broken')),
    CONSTRAINT "letter_event_recorder" CHECK ("recorder" IN ('campaigner', 'moderator')),
    CONSTRAINT "letter_event_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "letter_event_of" ON "letter_event" ("campaign_id", "day")`,
  `CREATE UNIQUE INDEX "letter_event_replaces" ON "letter_event" ("replaces_id") WHERE "replaces_id" IS NOT NULL`,
  `CREATE INDEX "letter_event_waiting" ON "letter_event" ("created_at") WHERE "standing" = 'reported' AND "step" NOT IN ('sent', 'withdrawn')`,
  `ALTER TABLE "letter_event" ADD CONSTRAINT "letter_event_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `CREATE FUNCTION "refuse_letter_event_change"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'what happened to a letter is append-only: a correction is a new row'; END $$`,
  // What moderators say of it changes; that is in their log.
  `CREATE TRIGGER "letter_event_facts_stay"
    BEFORE UPDATE OF "id", "campaign_id", "step", "day", "way", "summary", "link", "recorder", "recorder_id", "replaces_id", "created_at" OR DELETE
    ON "letter_event" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_letter_event_change"()`,
];

export class Letters1795320000100 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
