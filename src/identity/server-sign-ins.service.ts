import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY, MINUTE } from '../domain/durations.ts';
import { BLUESKY_HOST, handleText, isOnBluesky, type FediverseHandle } from '../domain/handle.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Asking, NetworkFailure } from '../networks/network.ts';
import { beginOnBluesky } from '../networks/sign-in/bluesky-sign-in.ts';
import { authorizeUrl, type AppUse } from '../networks/sign-in/mastodon-sign-in.ts';
import type { SignInFailure } from '../networks/sign-in/grant.ts';
import { miAuthUrl } from '../networks/sign-in/miauth.ts';
import { oauthServer } from '../networks/sign-in/oauth-server.ts';
import { findSignIn, type NoSignIn, type SignInServer } from '../networks/sign-in/sign-in-server.ts';
import { Clock } from '../platform/clock.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { KeyRing, stillCurrent } from '../platform/key-ring.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import { APP_NAME, BLUESKY_ORIGIN, ServerApps } from './server-apps.service.ts';
import { ServerSignIn } from './server-sign-in.entity.ts';
import { seal, type SignInAttempt } from './sign-in-seals.ts';

export interface SignInRequest {
  readonly handle: FediverseHandle;
  /** Whether the person also asked to follow: a wider permission. */
  readonly wantsFollow: boolean;
  /** Whether somebody says who they are, or lends an account to publish from. */
  readonly use: AppUse;
  /** Given back at the end; nobody else's business. */
  readonly purpose: string;
}

/** Where to send somebody, and what their browser must show when they come back. */
export interface StartedSignIn {
  readonly url: string;
  readonly browserKey: string;
}

/** What a server will ask, and what it takes to understand the answer. */
type Begun = Pick<SignInAttempt, 'origin' | 'flow' | 'handleHost' | 'verifier'> & { readonly url: string; readonly state: string };

export const SIGN_IN_LIFE = 10 * MINUTE;
/** Several requests to a server that somebody waits for. */
const PATIENCE_MILLISECONDS = 15_000;

/** Sends people to their own server, to say who they are. */
@Injectable()
export class ServerSignIns {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    private readonly apps: ServerApps,
    private readonly keyRing: KeyRing,
  ) {}

  /** Finds the person's server and writes down that they are on their way; `no-sign-in`: other proofs are theirs. */
  async start(request: SignInRequest): Promise<Result<StartedSignIn, NoSignIn | SignInFailure>> {
    const asking = this.asking();
    const begun = await (isOnBluesky(request.handle) ? this.onBluesky(request, asking) : this.onServer(request, asking));
    if (!begun.ok) return begun;
    const browserKey = newToken();
    await this.keep(begun.value, browserKey, request);
    return ok({ url: begun.value.url, browserKey });
  }

  /** Deletes what is over. Whose token is still here stays until that is revoked. */
  async forgetOld(): Promise<void> {
    const now = this.clock.now();
    await this.database.getRepository(ServerSignIn).delete({ expiresAt: LessThanOrEqual(new Date(now.getTime() - DAY)), token: IsNull() });
    await this.database.getRepository(ServerSignIn).update({ expiresAt: LessThanOrEqual(now), sealed: Not(IsNull()) }, { sealed: null });
  }

  private async onServer(request: SignInRequest, asking: Asking): Promise<Result<Begun, NoSignIn | NetworkFailure>> {
    const server = await findSignIn(handleText(request.handle), asking);
    if (!server.ok) return server;
    const keys = { state: randomUUID(), verifier: randomBytes(32).toString('base64url') };
    const url = await this.pageOn(server.value, keys, request, asking);
    const { origin, flow, account } = server.value;
    return url.ok ? ok({ ...keys, url: url.value, origin, flow, handleHost: account.handle.host }) : url;
  }

  private async onBluesky({ handle }: SignInRequest, asking: Asking): Promise<Result<Begun, NoSignIn | SignInFailure>> {
    const begun = await beginOnBluesky(handle.user, this.apps.blueskySite, asking);
    if (!begun.ok) return begun;
    const { url, state, kept } = begun.value;
    return ok({ url, state, origin: BLUESKY_ORIGIN, flow: 'bluesky', handleHost: BLUESKY_HOST, verifier: kept });
  }

  private async pageOn(
    { origin, flow, software }: SignInServer,
    { state, verifier }: { state: string; verifier: string },
    { wantsFollow: follow, use }: SignInRequest,
    asking: Asking,
  ): Promise<Result<string, NoSignIn | NetworkFailure>> {
    if (flow === 'misskey') {
      return ok(miAuthUrl(origin, { session: state, name: APP_NAME, callback: this.apps.redirectUri(origin, use), follow, use }));
    }
    const server = await oauthServer(origin, asking, software);
    if (!server.ok) return server;
    const app = await this.apps.appOn(server.value, use, asking);
    return app.ok ? ok(authorizeUrl(server.value, app.value, { state, verifier, follow })) : app;
  }

  private async keep(
    { state, origin, flow, handleHost, verifier }: Begun,
    browserKey: string,
    { wantsFollow, use, purpose }: SignInRequest,
  ): Promise<void> {
    const id = newId();
    const attempt = { origin, flow, handleHost, wantsFollow, use, purpose, verifier };
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.keyRing);
      await manager.insert(ServerSignIn, {
        id,
        stateHash: tokenHash(state),
        browserHash: tokenHash(browserKey),
        sealed: seal(keys, 'sealed', id, attempt),
        token: null,
        expiresAt: new Date(this.clock.now().getTime() + SIGN_IN_LIFE),
        usedAt: null,
      });
    });
  }

  private asking(): Asking {
    return { http: withDeadline(this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS)), now: this.clock.now(), xApi: null };
  }
}
