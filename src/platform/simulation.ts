import type { Config } from './config.ts';

/** A simulated fediverse that stands for all other servers: browsers find those by path, as their names do not exist. */
export interface Simulation {
  readonly origin: string;
  /** Origin of this site, which is as real as ever. */
  readonly site: string;
}

/** Null where other servers are real. */
export function simulationOf({ privateNetwork, publicUrl }: Pick<Config, 'privateNetwork' | 'publicUrl'>): Simulation | null {
  if (typeof privateNetwork === 'string') return null;
  return { origin: `http://${privateNetwork.host}:${privateNetwork.port}`, site: new URL(publicUrl).origin };
}

/** The address under which a browser finds a page of another server; it is its own where that server is real. */
export function openable(address: string, simulation: Simulation | null): string {
  const url = simulation === null ? null : URL.parse(address);
  if (simulation === null || url === null || !/^https?:$/.test(url.protocol)) return address;
  if (url.origin === simulation.origin || url.origin === simulation.site) return address;
  return `${simulation.origin}/~${url.host}${url.pathname}${url.search}`;
}
