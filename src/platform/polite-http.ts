import robotsParser from 'robots-parser';
import { fail, type Result } from '../domain/result.ts';
import type { GuardedHttp, HttpAnswer, HttpFailure, RequestOptions } from './http.ts';

/** What a server's robots.txt is asked for: the name under which Chiche is told apart. */
export const ROBOT = 'Chiche';
// Its types name a `default` that Node does not find in a CommonJS module.
const parseRobots = robotsParser as unknown as typeof robotsParser.default;
/** Longer ones are cut (RFC 9309, 2.5, asks for 500 KiB at least). */
const LONGEST_ROBOTS = 512_000;
const ROBOTS_LIFE = 86_400_000;
/** Left over of a rate limit for the people of this site, who look accounts up by hand. */
export const LEFT_FOR_PEOPLE = 0.1;

/** What was read of a robots.txt; null `text`: there is none. */
export interface KnownRobots {
  readonly text: string | null;
  readonly at: Date | null;
}

export interface PoliteHttp {
  readonly http: GuardedHttp;
  /** As it is known now, to be kept for the next visit. */
  robots(): KnownRobots;
  /** Until when the server's own rate limit asks to wait; null: it does not. */
  pausedUntil(): Date | null;
}

type Answered<Body> = Promise<Result<HttpAnswer<Body>, HttpFailure>>;

/** Makes one request by a client for the host that it goes to. */
type Ask<Body> = (http: GuardedHttp) => Answered<Body>;

/** Makes one request to another host than the one that is visited, or tells why not now. */
export type Elsewhere = <Body>(host: string, ask: Ask<Body>) => Answered<Body>;

/** One visit to one server. */
export interface PoliteVisit {
  readonly host: string;
  readonly robots: KnownRobots;
  readonly elsewhere: Elsewhere;
  now(): Date;
}

/**
 * A client for one visit to one server: one request at a time, none that its robots.txt forbids, none once its rate
 * limit is all but used up.
 */
export function politeHttp(http: GuardedHttp, visit: PoliteVisit): PoliteHttp {
  const manners = new Manners(http, visit);
  return {
    http: {
      getJson: (url, options) => manners.ask(url, options, (client) => client.getJson(url, options)),
      postJson: (url, json, options) => manners.ask(url, options, (client) => client.postJson(url, json, options)),
      postForm: (url, fields, options) => manners.ask(url, options, (client) => client.postForm(url, fields, options)),
      postFile: (url, fields, file, options) => manners.ask(url, options, (client) => client.postFile(url, fields, file, options)),
      getText: (url, options) => manners.ask(url, options, (client) => client.getText(url, options)),
      getBytes: (url, options) => manners.ask(url, options, (client) => client.getBytes(url, options)),
      close: () => http.close(),
    },
    robots: () => manners.robots,
    pausedUntil: () => manners.pausedUntil,
  };
}

class Manners {
  robots: KnownRobots;
  pausedUntil: Date | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** For everybody, and what is left of them for whoever is called by name alone. */
  private readonly rules = lastKept((text) => parseRobots(this.robotsUrl, text));
  private readonly federationRules = lastKept((text) =>
    parseRobots(this.robotsUrl, text.replace(/^(\s*user-agent\s*:\s*)\*/gim, '$1-')),
  );

  constructor(
    private readonly http: GuardedHttp,
    private readonly visit: PoliteVisit,
  ) {
    this.robots = visit.robots;
  }

  private get robotsUrl(): string {
    return `https://${this.visit.host}/robots.txt`;
  }

  /** Waits for the answer before, then asks if that is welcome. */
  ask<Body>(url: string, options: RequestOptions = {}, request: Ask<Body>): Answered<Body> {
    const answer = this.turn.then(() => this.askIfWelcome(url, options, request));
    this.turn = answer;
    return answer;
  }

  private async askIfWelcome<Body>(url: string, options: RequestOptions, request: Ask<Body>): Answered<Body> {
    const host = URL.parse(url)?.host;
    if (host !== undefined && host !== this.visit.host) return this.visit.elsewhere(host, request);
    if (this.pausedUntil !== null) return fail({ type: 'paused', until: this.pausedUntil });
    if (!(await this.isWelcome(url, options))) return fail({ type: 'opted-out' });
    const answer = await request(this.http);
    if (answer.ok) this.pausedUntil = endOfLimit(answer.value, this.visit.now());
    return answer;
  }

  /**
   * Who asks with a key of their own has an agreement. Federated servers ask each other for actors and WebFinger all the
   * time, so that only a rule for Chiche by name is meant for that; everything else obeys the rules for all.
   */
  private async isWelcome(url: string, { headers, federation }: RequestOptions): Promise<boolean> {
    if (Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization')) return true;
    const { text } = await this.freshRobots();
    if (text === null) return true;
    const rules = federation ? this.federationRules : this.rules;
    return rules(text).isDisallowed(url, ROBOT) !== true;
  }

  /** A robots.txt that is refused or does not come says nothing (RFC 9309, 2.3.1.3), and an older one goes on. */
  private async freshRobots(): Promise<KnownRobots> {
    const now = this.visit.now();
    const { at } = this.robots;
    if (at !== null && now.getTime() - at.getTime() < ROBOTS_LIFE) return this.robots;
    const answer = await this.http.getText(this.robotsUrl, { accept: 'text/plain' });
    if (!answer.ok || answer.value.status >= 500) this.robots = { text: this.robots.text, at: now };
    else this.robots = { text: answer.value.status === 200 ? answer.value.body.slice(0, LONGEST_ROBOTS) : null, at: now };
    return this.robots;
  }
}

/** Reads a text once for as long as it is the same: a visit asks by the hundred, and a robots.txt may be long. */
function lastKept<T>(read: (text: string) => T): (text: string) => T {
  let last: { text: string; value: T } | null = null;
  return (text) => (last = last?.text === text ? last : { text, value: read(text) }).value;
}

/**
 * When a limit that is all but used up begins anew: `X-RateLimit-Limit`, `-Remaining` and `-Reset` (ISO 8601 on Mastodon;
 * `X-Rate-Limit-…` in Unix seconds on X). Null while there is enough left, or when nothing is told.
 */
function endOfLimit({ headers }: HttpAnswer, now: Date): Date | null {
  const told = (name: string): string => headers.get(`x-ratelimit-${name}`) ?? headers.get(`x-rate-limit-${name}`) ?? '';
  const [limit, remaining] = ['limit', 'remaining'].map((name) => (told(name) === '' ? NaN : Number(told(name))));
  if (limit === undefined || remaining === undefined || !(remaining <= limit * LEFT_FOR_PEOPLE)) return null;
  const reset = told('reset');
  const until = new Date(/^\d+$/.test(reset) ? Number(reset) * 1_000 : Date.parse(reset));
  return until > now ? until : null;
}
