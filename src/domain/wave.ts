import { DAY, MINUTE } from './durations.ts';

/** Between two batches: time for a server to answer those who came with one before the next ones come. */
export const WAVE_INTERVAL = 5 * MINUTE;
/** Everyone is told within a day, however many they are, as long as each batch leaves when it is due. */
export const LONGEST_WAVE = DAY;

/** So many days an address is kept after its turn: to try again, and to put right that it was the wrong account. */
export const ADDRESS_DAYS = 7;

/** Between two direct messages of the site's account, which its server lets post 300 times in three hours, news of campaigns among them. */
export const MESSAGE_INTERVAL = MINUTE;

/** The first to be told are few: if it is the wrong account, there is time to stop. */
const FIRST_BATCH = 10;
/** Fewer at once would spare no server anything. */
const SMALLEST_MOST = 50;
const BATCHES = LONGEST_WAVE / WAVE_INTERVAL;
/** Of these, so many at most are smaller because the wave is still growing. */
const GROWING = 24;

/** The most people that are told at once, when `total` are to be told in all. */
export function mostAtOnce(total: number): number {
  return Math.max(SMALLEST_MOST, Math.ceil(total / (BATCHES - GROWING)));
}

/** How many are told by the batch after `done` others: twice as many as by the one before, up to {@link mostAtOnce}. */
export function batchSize(total: number, done: number): number {
  return Math.min(FIRST_BATCH * 2 ** Math.min(done, GROWING), mostAtOnce(total));
}

/** How long it takes, in milliseconds, to tell `left` more people after `done` batches; 0 when one batch is enough. */
export function timeLeft(total: number, done: number, left: number): number {
  let batches = 0;
  for (let rest = left; rest > 0; batches += 1) rest -= batchSize(total, done + batches);
  return Math.max(0, batches - 1) * WAVE_INTERVAL;
}
