import { z } from 'zod';
import { ok, type Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { succeeded } from './answers.ts';
import { network as gotosocialNetwork } from './gotosocial.network.ts';
import { network as misskeyNetwork } from './misskey.network.ts';
import type { NetworkFailure } from './network.ts';
import { nodeInfo } from './nodeinfo.ts';
import { network as pleromaNetwork } from './pleroma.network.ts';

/** How a text is handed to a server, and how long it may be there. */
export interface ShareTarget {
  /** Whose rules and share page the server has; `pleroma`, `gotosocial` and `unknown` have no page to rely on. */
  readonly target: 'mastodon' | 'misskey' | 'friendica' | 'lemmy' | 'pleroma' | 'gotosocial' | 'unknown';
  /** As this server is configured; null when it does not tell, and its software's default holds. */
  readonly maxCharacters: number | null;
  /** What any web address counts for; null when the server does not tell. */
  readonly urlCharacters: number | null;
}

const SOFTWARE: Readonly<Record<Exclude<ShareTarget['target'], 'unknown'>, readonly string[]>> = {
  mastodon: ['mastodon', 'hometown', 'fedibird'],
  misskey: misskeyNetwork.software,
  friendica: ['friendica'],
  lemmy: ['lemmy'],
  pleroma: pleromaNetwork.software,
  gotosocial: gotosocialNetwork.software,
};

const NOT_TOLD = { maxCharacters: null, urlCharacters: null };

const instanceSchema = z.object({
  configuration: z.object({
    statuses: z.object({
      max_characters: z.number().int().positive(),
      characters_reserved_per_url: z.number().int().positive(),
    }),
  }),
});
const metaSchema = z.object({ maxNoteTextLength: z.number().int().positive() });

/**
 * Asks a host for its software (NodeInfo) and that software for its limits (`GET /api/v2/instance`, or
 * `POST /api/meta`). Fails only when the host itself does not answer; one that tells nothing is `unknown`.
 */
export async function shareTarget(
  host: string,
  http: GuardedHttp,
  now: Date = new Date(),
): Promise<Result<ShareTarget, NetworkFailure>> {
  const server = await nodeInfo(host, http, now);
  if (!server.ok && (server.error.type === 'unreachable' || server.error.type === 'rate-limited')) return server;
  const target = server.ok ? targetOf(server.value.software) : 'unknown';
  switch (target) {
    case 'mastodon':
    case 'pleroma':
    case 'gotosocial':
      return ok({ target, ...(await mastodonLimits(host, http, now)) });
    case 'misskey':
      return ok({ target, ...(await misskeyLimits(host, http, now)) });
    case 'friendica':
    case 'lemmy':
    case 'unknown':
      return ok({ target, ...NOT_TOLD });
  }
}

function targetOf(software: string): ShareTarget['target'] {
  const found = Object.entries(SOFTWARE).find(([, names]) => names.includes(software));
  return found ? (found[0] as keyof typeof SOFTWARE) : 'unknown';
}

async function mastodonLimits(host: string, http: GuardedHttp, now: Date): Promise<Omit<ShareTarget, 'target'>> {
  const answer = succeeded(await http.getJson(`https://${host}/api/v2/instance`), now);
  const parsed = answer.ok ? instanceSchema.safeParse(answer.value.body) : null;
  if (!parsed?.success) return NOT_TOLD;
  const { max_characters, characters_reserved_per_url } = parsed.data.configuration.statuses;
  return { maxCharacters: max_characters, urlCharacters: characters_reserved_per_url };
}

async function misskeyLimits(host: string, http: GuardedHttp, now: Date): Promise<Omit<ShareTarget, 'target'>> {
  const answer = succeeded(await http.postJson(`https://${host}/api/meta`, { detail: false }), now);
  const parsed = answer.ok ? metaSchema.safeParse(answer.value.body) : null;
  return parsed?.success ? { maxCharacters: parsed.data.maxNoteTextLength, urlCharacters: null } : NOT_TOLD;
}
