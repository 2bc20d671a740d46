import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Readings become a ledger: the database itself numbers and chains them, so that no way of writing can forget to.
 * docs/readings-file.md says what is hashed, docs/adr/0010 why.
 */
const CHANGES = [
  // Declared no more stable than to_char, so that it is inlined.
  `CREATE FUNCTION "reading_digest"(at timestamptz, count bigint, source text, evidence_url text, replaced integer)
    RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
      to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || E'\\n' || count || E'\\n' || source || E'\\n'
        || coalesce(evidence_url, '') || E'\\n' || coalesce(replaced::text, ''), 'UTF8')) $$`,
  `CREATE FUNCTION "reading_link"(checksum bytea, digest bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT sha256(coalesce(checksum, decode(repeat('00', 32), 'hex')) || digest) $$`,

  `ALTER TABLE "reading" ADD "number" integer, ADD "checksum" bytea`,
  `CREATE AGGREGATE "reading_chain"(bytea) (SFUNC = reading_link, STYPE = bytea)`,
  `WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY created_at, at, id)::integer AS place FROM reading),
    chained AS (
      SELECT own.id, own.place,
        reading_chain(reading_digest(own.at, own.count, own.source, own.evidence_url, replaced.place))
          OVER (PARTITION BY own.account_id ORDER BY own.place) AS head
      FROM numbered own LEFT JOIN numbered replaced ON replaced.id = own.replaces_id)
    UPDATE reading SET number = chained.place, checksum = chained.head FROM chained WHERE chained.id = reading.id`,
  `DROP AGGREGATE "reading_chain"(bytea)`,
  `ALTER TABLE "reading" ALTER "number" SET NOT NULL, ALTER "checksum" SET NOT NULL,
    ADD CONSTRAINT "reading_chain" UNIQUE ("account_id", "number"),
    ADD CONSTRAINT "reading_checksum" CHECK (octet_length("checksum") = 32)`,
  `CREATE INDEX "reading_replaces" ON "reading" ("replaces_id") WHERE "replaces_id" IS NOT NULL`,

  // The account is locked in a statement of its own: the next one then sees what whoever held it before has added.
  `CREATE FUNCTION "reading_append"() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      last_number integer;
      last_checksum bytea;
      replaced integer;
    BEGIN
      PERFORM FROM account WHERE id = NEW.account_id FOR NO KEY UPDATE;
      SELECT number, checksum INTO last_number, last_checksum FROM reading
        WHERE account_id = NEW.account_id ORDER BY number DESC LIMIT 1;
      IF NEW.replaces_id IS NOT NULL THEN
        SELECT number INTO replaced FROM reading WHERE id = NEW.replaces_id AND account_id = NEW.account_id;
        IF replaced IS NULL THEN
          RAISE EXCEPTION 'a reading replaces another one of the same account' USING ERRCODE = 'check_violation';
        END IF;
      END IF;
      NEW.at := date_trunc('milliseconds', NEW.at);
      NEW.number := coalesce(last_number, 0) + 1;
      NEW.checksum := reading_link(last_checksum,
        reading_digest(NEW.at, NEW.count, NEW.source, NEW.evidence_url, replaced));
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER "reading_append" BEFORE INSERT ON "reading" FOR EACH ROW EXECUTE FUNCTION "reading_append"()`,

  `CREATE FUNCTION "refuse_reading_change"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'readings are append-only: a correction is a new reading'; END $$`,
  `CREATE TRIGGER "reading_facts_stay"
    BEFORE UPDATE OF "id", "account_id", "number", "at", "count", "source", "evidence_url", "replaces_id", "checksum", "created_at"
    ON "reading" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_reading_change"()`,
  `CREATE TRIGGER "reading_is_never_emptied" BEFORE TRUNCATE ON "reading"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_reading_change"()`,

  // What thinning leaves: the digests of readings with consecutive numbers, the first of which is told.
  `CREATE TABLE "reading_thinned" (
    "account_id" uuid NOT NULL,
    "number" integer NOT NULL,
    "digests" bytea NOT NULL,
    CONSTRAINT "reading_thinned_digests" CHECK (octet_length("digests") > 0 AND octet_length("digests") % 32 = 0),
    CONSTRAINT "reading_thinned_pkey" PRIMARY KEY ("account_id", "number")
  )`,
  `ALTER TABLE "reading_thinned" ADD CONSTRAINT "reading_thinned_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `CREATE TRIGGER "reading_thinned_stay" BEFORE UPDATE OR DELETE ON "reading_thinned"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_reading_change"()`,
  `CREATE TRIGGER "reading_thinned_is_never_emptied" BEFORE TRUNCATE ON "reading_thinned"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_reading_change"()`,

  // Whoever deletes what Chiche read itself leaves its digest, so that the chain can still be followed; all else stays.
  `CREATE FUNCTION "reading_leaves_digest"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT FROM gone WHERE source <> 'network' OR status <> 'counted' OR replaces_id IS NOT NULL
          OR EXISTS (SELECT FROM reading WHERE replaces_id = gone.id)
      ) OR EXISTS (
        SELECT FROM (SELECT account_id, max(number) AS number FROM gone GROUP BY account_id) newest
        WHERE NOT EXISTS (
          SELECT FROM reading WHERE reading.account_id = newest.account_id AND reading.number > newest.number)
      ) THEN
        RAISE EXCEPTION 'readings are append-only: only counted ones of networks are thinned, and never the last';
      END IF;
      INSERT INTO reading_thinned (account_id, number, digests)
      SELECT account_id, min(number),
        string_agg(reading_digest(at, count, source, evidence_url, NULL), ''::bytea ORDER BY number)
      FROM (SELECT *, number - row_number() OVER (PARTITION BY account_id ORDER BY number) AS run FROM gone) part
      GROUP BY account_id, run;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER "reading_leaves_digest" AFTER DELETE ON "reading" REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION "reading_leaves_digest"()`,
];

export class ChainOfReadings1795320000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
