import { z } from 'zod';
import { fail, ok, type Result } from '../../domain/result.ts';
import { readShape, succeeded } from '../answers.ts';
import { sameOrigin } from '../activitypub.ts';
import { network as friendica } from '../friendica.network.ts';
import type { Asking, NetworkFailure } from '../network.ts';

/** Where a server of Mastodon's kind does the steps of OAuth. */
export interface OAuthServer {
  readonly origin: string;
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
  readonly register: string;
  /** Mastodon ≥ 4.4; null: accounts tell of themselves in `verify_credentials` alone. */
  readonly userinfo: string | null;
  /** Null when the server does not tell. */
  readonly scopes: readonly string[] | null;
}

const address = z.string().max(2048).optional();
const metadataSchema = z.object({
  issuer: z.string().max(2048),
  authorization_endpoint: address,
  token_endpoint: address,
  revocation_endpoint: address,
  app_registration_endpoint: address,
  userinfo_endpoint: address,
  scopes_supported: z.array(z.string().max(200)).max(500).optional(),
});

/**
 * Friendica takes any scope when an application registers, and then gives what these words in its name allow (its
 * `Security\OAuth::createTokenForUser`): `profile` allows nothing.
 */
const FRIENDICA_SCOPES = ['read', 'write', 'follow', 'push'];

/**
 * `/.well-known/oauth-authorization-server` (RFC 8414; Mastodon ≥ 4.3); without it, everything is where Mastodon always had
 * it. A document that speaks for another issuer, or sends people and secrets to another origin, is refused whole: nobody
 * else has said that they agree. `software` is NodeInfo's name of it, where the scopes matter.
 */
export async function oauthServer(origin: string, { http, now }: Asking, software = ''): Promise<Result<OAuthServer, NetworkFailure>> {
  const answer = succeeded(await http.getJson(`${origin}/.well-known/oauth-authorization-server`), now);
  if (!answer.ok) return isUntold(answer.error) ? ok(usualPlaces(origin, software)) : answer;
  const metadata = readShape(metadataSchema, answer.value.body, 'oauth-metadata');
  if (!metadata.ok) return metadata;
  const told = metadata.value;
  const usual = usualPlaces(origin, software);
  const server: OAuthServer = {
    origin,
    authorize: told.authorization_endpoint ?? usual.authorize,
    token: told.token_endpoint ?? usual.token,
    revoke: told.revocation_endpoint ?? usual.revoke,
    register: told.app_registration_endpoint ?? usual.register,
    userinfo: told.userinfo_endpoint ?? null,
    scopes: told.scopes_supported ?? usual.scopes,
  };
  const places = [told.issuer, server.authorize, server.token, server.revoke, server.register, server.userinfo ?? origin];
  if (!places.every((place) => sameOrigin(place, origin))) return fail({ type: 'unreadable', detail: 'oauth-origin' });
  return ok(server);
}

/** A site that answers anything with its front page tells nothing either. */
function isUntold(failure: NetworkFailure): boolean {
  return failure.type === 'gone' || failure.type === 'deleted' || failure.type === 'refused' || failure.type === 'unreadable';
}

function usualPlaces(origin: string, software: string): OAuthServer {
  return {
    origin,
    authorize: `${origin}/oauth/authorize`,
    token: `${origin}/oauth/token`,
    revoke: `${origin}/oauth/revoke`,
    register: `${origin}/api/v1/apps`,
    userinfo: null,
    scopes: friendica.software.includes(software) ? FRIENDICA_SCOPES : null,
  };
}
