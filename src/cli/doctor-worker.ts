import { MINUTE } from '../domain/durations.ts';
import { PledgeLag } from '../pledges/pledge-lag.query.ts';
import { ReadAccounts } from '../readings/read-accounts.query.ts';
import type { Services } from './context.ts';
import { failure, well, type Finding } from './finding.ts';

/** Workers count every few seconds and look for due readings four times a minute. */
const PATIENCE = { counting: MINUTE, reading: 10 * MINUTE };

/** Whether somebody does the work that waits; where nothing waits, nobody can tell. */
export async function* checkWorker(services: Services): AsyncGenerator<Finding> {
  const now = services.platform.clock.now();
  const { countedAt, waitingSince } = await services.get(PledgeLag).read();
  const lateSince = await services.get(ReadAccounts).lateSince(now);
  const minutes = (since: Date | null): number => (since === null ? 0 : (now.getTime() - since.getTime()) / MINUTE);
  const late: Finding[] = [];
  if (minutes(waitingSince) * MINUTE > PATIENCE.counting) {
    late.push(failure('worker', 'not_counting', { minutes: Math.floor(minutes(waitingSince)) }));
  }
  if (minutes(lateSince) * MINUTE > PATIENCE.reading) {
    late.push(failure('worker', 'not_reading', { minutes: Math.floor(minutes(lateSince)) }));
  }
  if (late.length > 0) yield* late;
  else if (countedAt === null) yield well('worker', 'nothing_to_do');
  else yield well('worker', 'worker_keeps_up', { minutes: Math.floor(minutes(countedAt)) });
}
