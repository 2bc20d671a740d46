import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HOUR, SECOND } from '../domain/durations.ts';
import { handleText, parseFediverseHandle } from '../domain/handle.ts';
import type { ServerLimits, SharingTarget } from '../domain/post-length.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { communityNumber } from '../networks/lemmy.network.ts';
import { shareHome, type ShareHome } from '../networks/share-home.ts';
import { shareTarget, type ShareTarget } from '../networks/share-target.ts';
import { Clock } from '../platform/clock.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { shareLink, type Shared } from '../posts/share-links.ts';

/** Somebody's own server, as far as posts go. */
export interface ShareServer {
  readonly host: string;
  /** Whose rules hold there; those of Mastodon, the strictest of the fediverse, where the software is not known. */
  readonly network: SharingTarget;
  /** Those of the software hold where it tells none. */
  readonly limits: ServerLimits;
  readonly target: ShareTarget['target'];
  /** The page that it names itself for a new post of whoever typed a whole handle. */
  readonly pageFor: ShareHome['pageFor'];
}

/** A visitor waits no longer, whatever has to be asked. */
const PATIENCE_MILLISECONDS = 6 * SECOND;
/** For so long a server is not asked again; its limits change with its versions. */
const KEPT_MILLISECONDS = HOUR;
const MOST_SERVERS = 1_000;

/** Servers that posts are handed to: how long a post may be there, and where its form for one is. */
@Injectable()
export class ShareServers {
  private readonly known = new LRUCache<string, ShareTarget>({ max: MOST_SERVERS, ttl: KEPT_MILLISECONDS });

  constructor(
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** The server that was typed, alone or in a whole handle, which may live on another host than it names. */
  async find(typed: string): Promise<Result<ShareServer, 'malformed' | 'unreachable'>> {
    const http = this.patient();
    const home = await this.homeOf(typed, http);
    if (home === null) return fail('malformed');
    const { host, pageFor } = home;
    const server = await this.ask(host, http);
    if (server === null) return fail('unreachable');
    const { target, ...limits } = server;
    return ok({ host, target, limits, pageFor, network: target === 'unknown' ? 'mastodon' : target });
  }

  /**
   * The address of the server's own form with the post in it: the one that it names itself, else the one of its software.
   * `community` is typed, and only Lemmy has them.
   */
  async linkTo(server: ShareServer, shared: Shared, community: string): Promise<Result<string, 'no-share-page' | 'no-community'>> {
    const { host, target } = server;
    const isForCommunity = target === 'lemmy' && community.trim() !== '';
    const number = isForCommunity ? await this.communityOn(host, community) : null;
    if (isForCommunity && number === null) return fail('no-community');
    const link = (isForCommunity ? null : server.pageFor(shared)) ?? shareLink(target, host, shared, number);
    return link === null ? fail('no-share-page') : ok(link);
  }

  /** Null when it was not understood. */
  private async homeOf(typed: string, http: GuardedHttp): Promise<ShareHome | null> {
    const handle = parseFediverseHandle(typed);
    if (handle.ok) return shareHome(handle.value, http, this.clock.now());
    return handle.error.type === 'server-only' ? { host: handle.error.host, pageFor: () => null } : null;
  }

  /** Null when there is none of that name, or the server does not tell. */
  private async communityOn(host: string, typed: string): Promise<number | null> {
    const name = communityName(typed, host);
    if (name === null) return null;
    const found = await communityNumber(host, name, { http: this.patient(), now: this.clock.now() });
    return found.ok ? found.value : null;
  }

  private patient(): GuardedHttp {
    return withDeadline(this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS));
  }

  /** Null when it does not answer, which is not remembered. */
  private async ask(host: string, http: GuardedHttp): Promise<ShareTarget | null> {
    const known = this.known.get(host);
    if (known !== undefined) return known;
    const asked = await shareTarget(host, http, this.clock.now());
    if (!asked.ok) return null;
    this.known.set(host, asked.value);
    return asked.value;
  }
}

/** A community as Lemmy looks it up on `host`: its own by name alone, others as `name@host`; null: it was not understood. */
function communityName(typed: string, host: string): string | null {
  const parsed = parseFediverseHandle(typed);
  if (parsed.ok) return parsed.value.host === host ? parsed.value.user : handleText(parsed.value);
  return parsed.error.type === 'no-server' ? parsed.error.user : null;
}
