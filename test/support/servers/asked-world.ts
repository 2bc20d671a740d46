import type { Asking } from '../../../src/networks/network.ts';
import { createGuardedHttp } from '../../../src/platform/http.ts';
import { TestWorld } from './world.ts';

/** A world of servers, and what it takes to ask them something as the program does. */
export interface AskedWorld {
  readonly world: TestWorld;
  readonly asking: Asking;
  close(): Promise<void>;
}

/** A world in which it is `now`, without a server yet. */
export async function startAskedWorld(now: Date): Promise<AskedWorld> {
  const world = await new TestWorld(() => now).start();
  const http = createGuardedHttp({ userAgent: 'test', privateNetwork: { host: 'localhost', port: world.port } });
  const close = async (): Promise<void> => {
    await http.close();
    await world.close();
  };
  return { world, asking: { http, now, xApi: null }, close };
}
