import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { POST_RULES, postLength, withServerLimits, type ServerLimits, type SharingTarget } from '../domain/post-length.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { blueskyLink, chooserLink, MAX_LINK, xLink, type Shared } from '../posts/share-links.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import type { ShareProblem } from './share-facts.ts';
import { ShareServers } from './share-servers.service.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** What was typed into the form. */
export type Typed = { readonly text: string; readonly server: string; readonly community: string };

/** What was typed, and why it went nowhere; null: it was only to be looked at. */
export type Attempt = Typed & {
  readonly problem: ShareProblem | null;
  /** The network and limits that refused the post; null are those that were chosen. */
  readonly network: SharingTarget | null;
  readonly limits: ServerLimits | null;
};

/** Networks of one site, whose link is the same for everyone. */
const SITES = { bluesky: blueskyLink, x: xLink };

/** Hands posts over: to somebody's own server, to the chooser of servers, to Bluesky or to X. */
@Injectable()
export class ShareDesk {
  constructor(
    private readonly servers: ShareServers,
    private readonly limits: VisitorLimits,
    private readonly outgoing: OutgoingLinks,
  ) {}

  /** Counts one more try of this visitor; throws when there were too many. */
  async admit(request: Request): Promise<void> {
    await this.limits.take('share', request);
  }

  /** The link that opens the place with the post in it, as a browser must open it. */
  async handOver(to: string, typed: Typed, about: Omit<Shared, 'text'>): Promise<Result<string, Attempt>> {
    const shared = { ...about, text: typed.text };
    const attempt = { ...typed, network: null, limits: null };
    if (typed.text.trim() === '') return fail({ ...attempt, problem: 'empty' });
    if (to === 'chooser') return linked(chooserLink(shared), attempt);
    if (to !== 'bluesky' && to !== 'x') return this.toServer(typed, shared);
    const { fits } = postLength(typed.text, POST_RULES[to]);
    return fits ? linked(SITES[to](shared), attempt) : fail({ ...attempt, network: to, problem: 'too-long' });
  }

  private async toServer(typed: Typed, shared: Shared): Promise<Result<string, Attempt>> {
    const server = await this.servers.find(typed.server);
    if (!server.ok) return fail({ ...typed, network: null, limits: null, problem: server.error });
    const { network, limits } = server.value;
    const attempt = { ...typed, network, limits };
    const { fits } = postLength(typed.text, withServerLimits(POST_RULES[network], limits));
    if (!fits) return fail({ ...attempt, problem: 'too-long' });
    const link = await this.servers.linkTo(server.value, shared, typed.community);
    if (!link.ok) return fail({ ...attempt, problem: link.error });
    const whole = linked(link.value, attempt);
    return whole.ok ? ok(this.outgoing.open(whole.value)) : whole;
  }
}

function linked(link: string, attempt: Omit<Attempt, 'problem'>): Result<string, Attempt> {
  return link.length <= MAX_LINK ? ok(link) : fail({ ...attempt, problem: 'too-long-to-link' });
}
