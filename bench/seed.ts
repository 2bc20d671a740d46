import type pg from 'pg';
import { v7 as newId } from 'uuid';

/** A running campaign whose two accounts have `readings` readings each, an hour apart, up to now. */
export async function seedCampaign(database: pg.Pool, slug: string, readings: number): Promise<string> {
  const [institution, fediverse, x, campaign] = [newId(), newId(), newId(), newId()];
  await database.query(
    `INSERT INTO institution (id, name, country, kind, created_at) VALUES ($1, 'Ministère de l’Éducation', 'FR', 'ministry', now())`,
    [institution],
  );
  for (const [id, network, handle] of [[fediverse, 'mastodon', `${slug}@social.example`], [x, 'x', slug.slice(0, 15)]]) {
    await database.query(
      `INSERT INTO account (id, institution_id, network, handle, handle_key, url, home, display_name, links_back, state, failures, created_at)
       VALUES ($1, $2, $3, $4, lower($4), 'https://social.example/', 'social.example', 'L’institution', true, 'ok', 0, now())`,
      [id, institution, network, handle],
    );
    await database.query(
      `INSERT INTO reading (id, account_id, count, at, source, reader, status, created_at)
       SELECT gen_random_uuid(), $1, 2900 + n * 2000 / $2::int, now() - make_interval(secs => ($2::int - n) * 5 * 86400.0 / $2::int),
              'network', '', 'counted', now()
       FROM generate_series(1, $2::int) n`,
      [id, readings],
    );
  }
  await database.query(
    `INSERT INTO campaign (id, slug, institution_id, fediverse_account_id, x_account_id, dare_kind, state, title, story,
       quote, quote_source, hashtag, language, time_zone, submitted_at, launched_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, 'overtake', 'live', 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
       $6, 'Mouais, trop confidentiel.', 'dans les couloirs du ministère', 'TriompheModeste', 'fr', 'Europe/Paris', now(), now() - interval '5 days', now())`,
    [campaign, slug, institution, fediverse, x, 'Parce que les mots **publics** ont leur place dans les lieux publics. '.repeat(12)],
  );
  await database.query('ANALYZE');
  return campaign;
}

/** Accounts that are known since long and due tomorrow, each with a campaign that runs. */
export async function seedAccounts(pool: pg.Pool, hosts: number, users: number): Promise<void> {
  await pool.query(`INSERT INTO institution (id, name, country, kind, created_at)
    SELECT gen_random_uuid(), 'Institution ' || host, 'FR', 'city', now() FROM generate_series(0, ${hosts - 1}) host`);
  await pool.query(`INSERT INTO account (id, institution_id, network, handle, handle_key, url, actor_uri, home, display_name, links_back, state, failures, next_reading_at, created_at)
    SELECT gen_random_uuid(), institution.id, 'mastodon', handle, handle, 'https://' || home || '/@a' || n, 'https://' || home || '/users/a' || n, home, handle, true, 'ok', 0, now() + interval '1 day', now()
    FROM institution, generate_series(0, ${users - 1}) n,
         LATERAL (SELECT 'h' || substring(institution.name FROM '[0-9]+') || '.example') AS host (home),
         LATERAL (SELECT 'a' || n || '@' || home) AS name (handle)`);
  await pool.query(`INSERT INTO campaign (id, slug, institution_id, fediverse_account_id, dare_kind, target, state, title, story, language, time_zone, submitted_at, launched_at, changed_at)
    SELECT gen_random_uuid(), 'c' || row_number() OVER (), institution_id, id, 'reach', 5000, 'live', 'Chiche', '', 'fr', 'UTC', now(), now() - interval '5 days', now() FROM account`);
  await pool.query('ANALYZE');
}
