import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signing in on any server: Chiche's registrations there, and who is on the way there and back. */
const CHANGES = [
  `CREATE TABLE "server_app" (
    "id" uuid NOT NULL,
    "origin_hash" text NOT NULL,
    "sealed" text NOT NULL,
    "known_at" timestamptz NOT NULL,
    CONSTRAINT "server_app_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "server_app_origin" UNIQUE ("origin_hash")
  )`,
  `CREATE TABLE "server_sign_in" (
    "id" uuid NOT NULL,
    "state_hash" text NOT NULL,
    "browser_hash" text NOT NULL,
    "sealed" text,
    "token" text,
    "expires_at" timestamptz NOT NULL,
    "used_at" timestamptz,
    CONSTRAINT "server_sign_in_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "server_sign_in_state" UNIQUE ("state_hash")
  )`,
  `CREATE INDEX "server_sign_in_browser" ON "server_sign_in" ("browser_hash")`,
  `CREATE INDEX "server_sign_in_expiry" ON "server_sign_in" ("expires_at")`,
];

export class ServerSignIn1795320000020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of CHANGES) await queryRunner.query(statement);
  }

  /** Migrations only go forward; a backup is the way back. */
  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
