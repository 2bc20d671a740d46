import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { HttpAnswer } from '../../platform/http.ts';
import { readShape, succeeded } from '../answers.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import { httpsUrl } from '../profile-text.ts';
import type { OAuthServer } from './oauth-server.ts';
import type { NoSignIn } from './sign-in-server.ts';
import type { TokenAccount } from './token-account.ts';

/** `bots` publish; they are another application, so that nobody who only says who they are is asked for that. */
export type AppUse = 'people' | 'bots';

/** An application as a server registered it (`POST /api/v1/apps`). */
export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Exactly one: Pixelfed and GoToSocial refuse more. */
  readonly redirectUri: string;
  /** What it asks for to know who somebody is: `profile` (Mastodon ≥ 4.3), else `read:accounts`. */
  readonly identityScope: string;
  /** Without it: people. */
  readonly use?: AppUse;
}

/** The server swept the application away, as Mastodon did before 4.3 with those that had no token left. */
export type AppForgotten = { readonly type: 'app-forgotten' };
/** The code was used, expired, or is another application's. */
export type BadCode = { readonly type: 'bad-code' };

/** What following takes; an application must have registered all that it asks for later. */
const FOLLOW_SCOPES = 'read:search read:follows write:follows';
const PUBLISH_SCOPES = 'write:statuses write:media';
const PROFILE = 'profile';
const READ_ACCOUNTS = 'read:accounts';

const secret = z.string().min(1).max(4096);
const appSchema = z.object({ client_id: secret, client_secret: secret });
const tokenSchema = z.object({ access_token: secret, token_type: z.string().regex(/^bearer$/i).nullish() });
const errorSchema = z.object({ error: z.string().max(200) });
const optionalText = z.string().max(4096).nullish().catch(null);
const accountSchema = z.object({
  id: z.string().min(1).max(100),
  username: z.string().min(1).max(300),
  uri: optionalText,
  url: optionalText,
  pleroma: z.object({ ap_id: optionalText }).nullish().catch(null),
});
const userinfoSchema = z.object({ sub: z.string().max(4096), preferred_username: z.string().min(1).max(300) });

/** Registers Chiche; a server without `profile` is asked again for the older scope. */
export async function registerApp(
  server: OAuthServer,
  site: { name: string; url: string; redirectUri: string; use?: AppUse },
  asking: Asking,
): Promise<Result<OAuthApp, NoSignIn | NetworkFailure>> {
  const mayKnowProfile = server.scopes === null || server.scopes.includes(PROFILE);
  for (const identityScope of mayKnowProfile ? [PROFILE, READ_ACCOUNTS] : [READ_ACCOUNTS]) {
    const answer = await register(server, { ...site, identityScope }, asking);
    if (answer.ok || !isRefusedScope(answer.error)) return answer;
  }
  return fail({ type: 'unreadable', detail: 'app-scopes' });
}

async function register(
  server: OAuthServer,
  { name, url, redirectUri, identityScope, use = 'people' }: { name: string; url: string; redirectUri: string; identityScope: string; use?: AppUse },
  { http, now }: Asking,
): Promise<Result<OAuthApp, NoSignIn | NetworkFailure>> {
  const fields = { client_name: name, redirect_uris: redirectUri, scopes: `${identityScope} ${use === 'bots' ? PUBLISH_SCOPES : FOLLOW_SCOPES}`, website: url };
  const answer = succeeded(await http.postForm(server.register, fields), now);
  // Pixelfed answers 404 while its OAuth is off, and software of another kind has no such call.
  if (!answer.ok) return answer.error.type === 'gone' ? fail({ type: 'no-sign-in' }) : answer;
  const app = readShape(appSchema, answer.value.body, 'app');
  if (!app.ok) return app;
  return ok({ clientId: app.value.client_id, clientSecret: app.value.client_secret, redirectUri, identityScope, use });
}

function isRefusedScope(failure: NoSignIn | NetworkFailure): boolean {
  return failure.type === 'unreadable' && /^status-4(00|22)$/.test(failure.detail);
}

/** The page on which somebody says yes or no; PKCE (RFC 7636) is ignored where it is not known. */
export function authorizeUrl(
  server: OAuthServer,
  app: OAuthApp,
  { state, verifier, follow }: { state: string; verifier: string; follow: boolean },
): string {
  const url = new URL(server.authorize);
  const wider = app.use === 'bots' ? [PUBLISH_SCOPES] : follow ? [FOLLOW_SCOPES] : [];
  const asked = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    scope: [app.identityScope, ...wider].join(' '),
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/** Changes a code for a token (RFC 6749, 4.1.3). */
export async function exchangeCode(
  server: OAuthServer,
  app: OAuthApp,
  { code, verifier }: { code: string; verifier: string },
  asking: Asking,
): Promise<Result<string, AppForgotten | BadCode | NetworkFailure>> {
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: app.redirectUri };
  return tokenOf(server, app, grant, asking);
}

/**
 * Whether the server still knows the application: asked before somebody is sent to a page that would only say no. The
 * application's own token is given back at once.
 */
export async function isRemembered(server: OAuthServer, app: OAuthApp, asking: Asking): Promise<boolean> {
  const answer = await tokenOf(server, app, { grant_type: 'client_credentials', redirect_uri: app.redirectUri }, asking);
  if (answer.ok) await revokeToken(server, app, answer.value, asking);
  return answer.ok || answer.error.type !== 'app-forgotten';
}

async function tokenOf(
  server: OAuthServer,
  { clientId, clientSecret }: OAuthApp,
  grant: Readonly<Record<string, string>>,
  { http, now }: Asking,
): Promise<Result<string, AppForgotten | BadCode | NetworkFailure>> {
  const asked = await http.postForm(server.token, { client_id: clientId, client_secret: clientSecret, ...grant });
  const named = asked.ok ? refusalIn(asked.value) : null;
  if (named !== null) return fail({ type: named });
  const answer = succeeded(asked, now);
  if (!answer.ok) return answer;
  const token = readShape(tokenSchema, answer.value.body, 'token');
  return token.ok ? ok(token.value.access_token) : token;
}

/** RFC 6749, 5.2. */
function refusalIn({ status, body }: HttpAnswer): 'app-forgotten' | 'bad-code' | null {
  const error = status >= 400 && status < 500 ? errorSchema.safeParse(body).data?.error : undefined;
  if (error === 'invalid_client' || error === 'unauthorized_client') return 'app-forgotten';
  return error === 'invalid_grant' ? 'bad-code' : null;
}

/** Who holds the token: OpenID's userinfo where there is one (its `sub` is the ActivityPub id), else `verify_credentials`. */
export async function accountOfToken(
  server: OAuthServer,
  app: OAuthApp,
  token: string,
  { http, now }: Asking,
): Promise<Result<TokenAccount, NetworkFailure>> {
  const options = { headers: bearer(token) };
  if (server.userinfo !== null && app.identityScope === PROFILE) {
    const told = succeeded(await http.getJson(server.userinfo, { ...options, followsRedirects: false }), now);
    const user = told.ok ? userinfoSchema.safeParse(told.value.body).data : undefined;
    const actorUri = httpsUrl(user?.sub);
    if (user !== undefined && actorUri !== null) return ok({ user: user.preferred_username, actorUri, profileUrl: null });
  }
  const verified = succeeded(await http.getJson(`${server.origin}/api/v1/accounts/verify_credentials`, { ...options, followsRedirects: false }), now);
  const account = verified.ok ? readShape(accountSchema, verified.value.body, 'account') : verified;
  if (!account.ok) return account;
  const { username, uri, url, pleroma } = account.value;
  return ok({ user: username, actorUri: httpsUrl(uri ?? pleroma?.ap_id), profileUrl: httpsUrl(url) });
}

/** RFC 7009; whether the server said that it is done. */
export async function revokeToken(server: OAuthServer, { clientId, clientSecret }: OAuthApp, token: string, { http, now }: Asking): Promise<boolean> {
  const fields = { client_id: clientId, client_secret: clientSecret, token };
  return succeeded(await http.postForm(server.revoke, fields), now).ok;
}

export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
