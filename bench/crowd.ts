import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CrowdOrder, CrowdWord } from './crowd-process.ts';
import { stop } from './site.ts';

/** Simulated servers in a process of their own, so that what they cost is not measured. */
export interface Crowd {
  port: number;
  /** Given an order, forgets what was asked so far. */
  order(order: CrowdOrder): void;
  tell(): Promise<{ requests: number; mostAtOnce: number }>;
  close(): Promise<void>;
}

export async function startCrowdProcess(): Promise<Crowd> {
  const child = fork(new URL('crowd-process.ts', import.meta.url), { stdio: ['ignore', 2, 2, 'ipc'] });
  const [ready] = (await once(child, 'message')) as [CrowdWord];
  return {
    port: ready.type === 'ready' ? ready.port : NaN,
    order: (order) => child.send(order),
    async tell() {
      child.send({ type: 'tell' } satisfies CrowdOrder);
      const [word] = (await once(child, 'message')) as [CrowdWord];
      if (word.type !== 'told') throw new Error('The crowd said something else.');
      return word;
    },
    close: () => stop(child),
  };
}
