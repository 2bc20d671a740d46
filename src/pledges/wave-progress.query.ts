import type { DataSource, EntityManager } from 'typeorm';
import { STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { timeLeft } from '../domain/wave.ts';
import { Wave } from './wave.entity.ts';

/** `none`: no account is recorded; `ready`: it is, and was not read yet; `writing`: direct messages still leave, after the last batch. */
export type WaveState = 'none' | 'ready' | 'running' | 'writing' | 'stopped' | 'finished';

/** How many people asked to be told, and how far the telling is. */
export interface WaveProgress {
  state: WaveState;
  asked: number;
  /** Of them, those whose turn it was, in one way at least. */
  told: number;
  /** When the last batch leaves, if nothing stops it; null: not known. */
  endsAt: Date | null;
}

const COUNT = `
  SELECT count(DISTINCT pledge_id)::int AS asked,
    (count(DISTINCT pledge_id) FILTER (WHERE told_account_id = campaign.fediverse_account_id))::int AS told,
    (count(*) FILTER (WHERE told_account_id IS DISTINCT FROM campaign.fediverse_account_id))::int AS untold,
    (count(*) FILTER (WHERE way = 'direct' AND told_account_id = campaign.fediverse_account_id AND sent_at IS NULL AND failure IS NULL))::int AS unsent
  FROM tell_request JOIN pledge ON pledge.id = pledge_id JOIN campaign ON campaign.id = pledge.campaign_id
  WHERE campaign.id = $1 AND pledge.state = ANY($2) AND pledge.set_aside_id IS NULL`;

const NOBODY = { asked: 0, told: 0, untold: 0, unsent: 0 };

/** Sums alone: who asked is told to nobody. */
export async function waveProgress(database: DataSource | EntityManager, campaignId: string): Promise<WaveProgress> {
  const [row = NOBODY] = await database.query<(typeof NOBODY)[]>(COUNT, [campaignId, STANDING_STATES]);
  const wave = await database.getRepository(Wave).findOneBy({ campaignId });
  const { asked, told, untold, unsent } = row;
  const state = stateOf(wave, unsent);
  if (wave === null || state !== 'running') return { state, asked, told, endsAt: null };
  const left = timeLeft(wave.total ?? untold, wave.batches, untold);
  return { state, asked, told, endsAt: new Date(wave.nextAt.getTime() + left) };
}

function stateOf(wave: Wave | null, unsent: number): WaveState {
  if (wave === null) return 'none';
  if (wave.finishedAt !== null && unsent === 0) return 'finished';
  if (wave.stoppedAt !== null) return 'stopped';
  if (wave.finishedAt !== null) return 'writing';
  return wave.batches === 0 ? 'ready' : 'running';
}
