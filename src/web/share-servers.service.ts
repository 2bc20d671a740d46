import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HOUR, SECOND } from '../domain/durations.ts';
import { parseFediverseHandle } from '../domain/handle.ts';
import type { ServerLimits, SharingTarget } from '../domain/post-length.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { shareTarget, type ShareTarget } from '../networks/share-target.ts';
import { Clock } from '../platform/clock.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { shareLink, type Shared } from '../posts/share-links.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';

/** Somebody's own server, as far as posts go. */
export interface ShareServer {
  readonly host: string;
  /** Whose rules hold there; those of Mastodon, the strictest of the fediverse, where the software is not known. */
  readonly network: SharingTarget;
  /** Those of the software hold where it tells none. */
  readonly limits: ServerLimits;
  readonly target: ShareTarget['target'];
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
    private readonly outgoing: OutgoingLinks,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** The server that was typed, alone or in a whole handle. */
  async find(typed: string): Promise<Result<ShareServer, 'malformed' | 'unreachable'>> {
    const host = hostIn(typed);
    if (host === null) return fail('malformed');
    const server = await this.ask(host);
    if (server === null) return fail('unreachable');
    const { target, ...limits } = server;
    return ok({ host, target, limits, network: target === 'unknown' ? 'mastodon' : target });
  }

  /** The link that opens the server's own form with the post in it; null where there is no dependable one. */
  linkTo({ target, host }: ShareServer, shared: Shared): string | null {
    const link = shareLink(target, host, shared);
    return link === null ? null : this.outgoing.open(link);
  }

  /** Null when it does not answer, which is not remembered. */
  private async ask(host: string): Promise<ShareTarget | null> {
    const known = this.known.get(host);
    if (known !== undefined) return known;
    const http = withDeadline(this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS));
    const asked = await shareTarget(host, http, this.clock.now());
    if (!asked.ok) return null;
    this.known.set(host, asked.value);
    return asked.value;
  }
}

function hostIn(text: string): string | null {
  const parsed = parseFediverseHandle(text);
  if (parsed.ok) return parsed.value.host;
  return parsed.error.type === 'server-only' ? parsed.error.host : null;
}
