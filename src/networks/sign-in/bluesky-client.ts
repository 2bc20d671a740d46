import type { NodeOAuthClient, NodeSavedSession, NodeSavedState, OAuthClientMetadataInput } from '@atproto/oauth-client-node';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Asking } from '../network.ts';
import type { SignInFailure } from './grant.ts';
import { guardedFetch, NotFetched } from './guarded-fetch.ts';

/** Where authorization servers read who asks; for this very name their page shows people the site alone. */
export const CLIENT_METADATA_PATH = '/oauth-client-metadata.json';

/** Who somebody is, and no more (atproto's OAuth profile, "Authorization Scopes"). */
const SCOPE = 'atproto';
/** Bluesky's own servers resolve names for anybody, whichever way those are published. */
const HANDLE_RESOLVER = 'https://public.api.bsky.app';

export interface BlueskySite {
  readonly name: string;
  readonly publicUrl: string;
  readonly redirectUri: string;
}

/**
 * Whether an authorization server could read who asks: over HTTPS, on its usual port. A site on 127.0.0.1 is a "localhost
 * client" of development, which describes itself in its own name.
 */
export function canAskOnBluesky({ publicUrl }: Pick<BlueskySite, 'publicUrl'>): boolean {
  const { protocol, port } = new URL(publicUrl);
  return isLoopback(publicUrl) || (protocol === 'https:' && port === '');
}

/** How Chiche describes itself: a client is the address of this, is registered nowhere, and holds no key of its own. */
export function blueskyClientMetadata({ name, publicUrl, redirectUri }: BlueskySite): OAuthClientMetadataInput {
  const localhost = `http://localhost?${String(new URLSearchParams({ redirect_uri: redirectUri, scope: SCOPE }))}`;
  const id = `${publicUrl}${CLIENT_METADATA_PATH}`;
  const described = { client_id: id, client_name: name, client_uri: publicUrl, application_type: 'web' } as const;
  return {
    ...(isLoopback(publicUrl) ? { client_id: localhost, application_type: 'native' } : described),
    redirect_uris: [redirectUri],
    scope: SCOPE,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  };
}

function isLoopback(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'http:' && hostname === '127.0.0.1';
}

/** What the library keeps between the two halves of an act, and until the token is given back. */
export interface Kept {
  readonly states: Map<string, NodeSavedState>;
  readonly sessions: Map<string, NodeSavedSession>;
}

/** The library for one act: it remembers nothing that is not in `kept`. */
export interface BlueskyAct {
  /** What it makes of the other side's answers; whatever it throws is told as a value. */
  run<T>(step: (client: NodeOAuthClient) => Promise<T>): Promise<Result<T, SignInFailure>>;
  /** The status of the last answer; null: there was none. */
  lastStatus(): number | null;
}

export async function blueskyAct(site: BlueskySite, kept: Kept, asking: Asking): Promise<BlueskyAct> {
  // Half a second and 60 MB, of which most sites never need anything.
  const library = await import('@atproto/oauth-client-node');
  const { fetch, lastStatus } = guardedFetch(asking);
  const client = new library.NodeOAuthClient({
    clientMetadata: blueskyClientMetadata(site),
    fetch,
    handleResolver: HANDLE_RESOLVER,
    stateStore: storeOf(kept.states),
    sessionStore: storeOf(kept.sessions),
    // Against two who renew one session at once; here nobody renews one.
    requestLock: async (_name, act) => act(),
  });
  const isBadCode = (error: Error): boolean => error instanceof library.OAuthResponseError && error.error === 'invalid_grant';
  return {
    lastStatus,
    run: async (step) => {
      try {
        return ok(await step(client));
      } catch (error) {
        return fail(meaningOf(error, isBadCode));
      }
    },
  };
}

/** What its check of a token says when the person's own server names another authorization server. */
const OTHER_ISSUER = 'Issuer mismatch';

/** The library has errors of many kinds, also plain ones, for answers that are amiss; what matters is among their causes. */
function meaningOf(thrown: unknown, isBadCode: (error: Error) => boolean): SignInFailure {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof NotFetched) return error.failure;
    if (isBadCode(error)) return { type: 'bad-code' };
    if (error instanceof TypeError && error.message === OTHER_ISSUER) return { type: 'not-confirmed' };
  }
  return { type: 'unreadable', detail: 'bluesky' };
}

function storeOf<T>(map: Map<string, T>): { set(key: string, value: T): void; get(key: string): T | undefined; del(key: string): void } {
  return { set: (key, value) => void map.set(key, value), get: (key) => map.get(key), del: (key) => void map.delete(key) };
}
