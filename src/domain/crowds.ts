import { HOUR } from './durations.ts';

/**
 * Unproven pledges of one server to one campaign that count in a day, whatever else goes on. A server of an association or of a
 * town never brings as many; one that does goes on to be heard: its people count once they have proven their pledge.
 */
export const SERVER_DAY = 300;

/**
 * Whether one more pledge from a server counts before it is proven. Beyond {@link SERVER_DAY}, a server may bring as many as
 * all others together: the largest servers of the fediverse bring a third of every honest wave.
 */
export function countsUnproven(today: { readonly ofServer: number; readonly ofOthers: number }): boolean {
  return today.ofServer < SERVER_DAY || today.ofServer <= today.ofOthers;
}

export const CROWD_KINDS = ['burst', 'throw-away', 'one-actor'] as const;
export type CrowdKind = (typeof CROWD_KINDS)[number];

/** For how long back crowds are looked for. */
export const CROWD_WINDOW = HOUR;

/** What one server brought to a campaign within {@link CROWD_WINDOW}. */
export interface Arrivals {
  readonly host: string;
  readonly pledges: number;
  /** Neither proven nor seen among the followers. */
  readonly unproven: number;
  /** Of those, the ones whose server says that it does not know them, or is not there. */
  readonly unknown: number;
  /** Whether it brought somebody to the campaign before. */
  readonly isKnown: boolean;
}

/** Servers whose pledges a moderator should look at, and why; nothing follows from it by itself. */
export interface Crowd {
  readonly kind: CrowdKind;
  readonly hosts: readonly string[];
}

/** A school class, or the readers of a small server's notice board, are fewer. */
const BURST = 60;
const THROW_AWAY = 5;
const ONE_ACTOR_SERVERS = 30;
const ONE_ACTOR_UNDER_ONE_NAME = 10;

/** What is unusual in who arrived: at most one crowd of each kind. */
export function crowdsIn(arrivals: readonly Arrivals[]): Crowd[] {
  const all = arrivals.reduce((sum, { pledges }) => sum + pledges, 0);
  return [burst(arrivals, all), throwAway(arrivals), oneActor(arrivals, all)].filter(({ hosts }) => hosts.length > 0);
}

/** Half of all arrivals and more from one server, nearly all of them by typing alone. */
function burst(arrivals: readonly Arrivals[], all: number): Crowd {
  const isBurst = ({ pledges, unproven }: Arrivals): boolean => unproven >= BURST && unproven >= pledges * 0.75 && unproven > all / 2;
  return { kind: 'burst', hosts: arrivals.filter(isBurst).map(({ host }) => host) };
}

/** Servers that know nobody of those who were typed, or that nobody reaches. */
function throwAway(arrivals: readonly Arrivals[]): Crowd {
  const isThrownAway = ({ pledges, unknown }: Arrivals): boolean => unknown >= THROW_AWAY && unknown >= pledges * 0.8;
  return { kind: 'throw-away', hosts: arrivals.filter(isThrownAway).map(({ host }) => host) };
}

/**
 * Servers that bring exactly one person each, more of them than of everybody else, or many under one name. People with a server
 * of their own are a tenth of an honest wave at most; they are flagged together or not at all.
 */
function oneActor(arrivals: readonly Arrivals[], all: number): Crowd {
  const single = arrivals.filter(({ pledges, isKnown }) => pledges === 1 && !isKnown).map(({ host }) => host);
  if (single.length >= ONE_ACTOR_SERVERS && single.length > all / 2) return { kind: 'one-actor', hosts: single };
  const byName = Map.groupBy(single.filter((host) => parentOf(host) !== null), parentOf);
  return { kind: 'one-actor', hosts: [...byName.values()].filter((hosts) => hosts.length >= ONE_ACTOR_UNDER_ONE_NAME).flat() };
}

/** The name above a server's own, unless that is as good as a country. */
function parentOf(host: string): string | null {
  const parent = host.slice(host.indexOf('.') + 1);
  return parent.includes('.') ? parent : null;
}
