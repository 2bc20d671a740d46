import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { SettableClock } from '../platform/clock.ts';
import { Ticks } from './ticks.ts';

const NOW = new Date('2023-09-02T10:00:00Z');

let logged: Record<string, unknown>[];
let ticks: Ticks;

beforeEach(() => {
  logged = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  ticks = new Ticks(new SettableClock(NOW), log);
});
afterEach(() => ticks.onModuleDestroy());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(1);
}

test('work runs at once and again, with the time of the clock', async () => {
  const times: Date[] = [];
  ticks.every(1, 'look', (now) => Promise.resolve(times.push(now)));
  expect(times).toEqual([NOW]);
  await until(() => times.length > 3);
});

test('a run never overlaps the one before', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  ticks.every(1, 'slow', async () => {
    running += 1;
    most = Math.max(most, running);
    await pause(10);
    running -= 1;
    runs += 1;
  });
  await until(() => runs > 3);
  expect(most).toBe(1);
});

test('a run that fails is told, and the next one comes', async () => {
  let runs = 0;
  ticks.every(1, 'broken', () => {
    runs += 1;
    return Promise.reject(new Error(`run ${runs}`));
  });
  await until(() => runs > 2);
  expect(logged[0]).toMatchObject({ level: 50, job: 'broken', err: { message: 'run 1' } });
});

test('works do not wait for each other', async () => {
  let quick = 0;
  ticks.every(1, 'slow', () => pause(50));
  ticks.every(1, 'quick', () => Promise.resolve((quick += 1)));
  await until(() => quick > 3);
});

test('stopping waits for the run under way and starts no other', async () => {
  let started = 0;
  let ended = 0;
  ticks.every(1, 'slow', async () => {
    started += 1;
    await pause(20);
    ended += 1;
  });
  ticks.every(60_000, 'rare', () => Promise.resolve());
  await ticks.onModuleDestroy();
  expect([started, ended]).toEqual([1, 1]);
  await pause(20);
  expect(started).toBe(1);
});
