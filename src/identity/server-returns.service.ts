import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { DAY, MINUTE } from '../domain/durations.ts';
import type { ProvenIdentity } from '../domain/proven-identity.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { formerAccounts } from '../networks/former-accounts.ts';
import type { Asking, NetworkFailure } from '../networks/network.ts';
import { blueskyGrant, finishOnBluesky, type WrongServer } from '../networks/sign-in/bluesky-sign-in.ts';
import { mastodonGrant, misskeyGrant, type Grant, type SignInFailure } from '../networks/sign-in/grant.ts';
import { exchangeCode, type AppForgotten } from '../networks/sign-in/mastodon-sign-in.ts';
import { checkMiAuth } from '../networks/sign-in/miauth.ts';
import { oauthServer } from '../networks/sign-in/oauth-server.ts';
import { Clock } from '../platform/clock.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { KeyRing, stillCurrent } from '../platform/key-ring.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { tokenHash } from '../platform/secrets.ts';
import { ServerApps } from './server-apps.service.ts';
import { ServerSignIn } from './server-sign-in.entity.ts';
import { open, seal, type HeldToken, type SignInAttempt } from './sign-in-seals.ts';
import type { SignedInPerson } from './signed-in-person.ts';

/** What came back with the browser; nothing of it is believed yet. */
export interface SignInReturn {
  /** Of the address to which the browser was sent. */
  readonly host: string;
  /** OAuth's `state`, or MiAuth's session. */
  readonly state: string | null;
  readonly code: string | null;
  readonly error: string | null;
  /** RFC 9207. */
  readonly issuer: string | null;
  readonly browserKey: string | null;
}

export type SignInRefusal =
  | { readonly type: 'unknown' | 'used' | 'expired' | 'other-browser' | 'denied' }
  | WrongServer
  | AppForgotten
  | SignInFailure;

/** `purpose` is null where it is not certain that whoever came is who began. */
export interface RefusedSignIn {
  readonly refusal: SignInRefusal;
  readonly purpose: string | null;
}

/** A token that nobody gave back for so long was left by a process that died. */
const LEFT_AFTER = 15 * MINUTE;
const PATIENCE_MILLISECONDS = 20_000;
const REVOKE_MILLISECONDS = 5_000;
const SWEPT_AT_ONCE = 100;

/** Takes people back who were at their server, for one act. */
@Injectable()
export class ServerReturns {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    private readonly apps: ServerApps,
    private readonly keyRing: KeyRing,
  ) {}

  /** Finds out who came back and does what they came for; however that ends, their token is given back and forgotten. */
  async finish<T>(returned: SignInReturn, act: (person: SignedInPerson) => Promise<T>): Promise<Result<T, RefusedSignIn>> {
    const taken = await this.take(returned);
    if (!taken.ok) return taken;
    const { id, attempt } = taken.value;
    const { purpose, wantsFollow } = attempt;
    const asking = this.asking(PATIENCE_MILLISECONDS);
    const grant = await this.grantOf(attempt, returned, asking);
    if (!grant.ok) return fail({ refusal: grant.error, purpose });
    const held = await this.hold(id, attempt, grant.value);
    let isKept = false;
    const keepToken: SignedInPerson['keepToken'] = async (manager) => {
      isKept = true;
      await manager.update(ServerSignIn, { id }, { token: null });
      return held;
    };
    try {
      const identity = await this.identify(attempt, grant.value, asking);
      if (!identity.ok) return fail({ refusal: identity.error, purpose });
      const follow: SignedInPerson['follow'] = (target) => grant.value.follow(target, asking);
      return ok(await act({ identity: identity.value, purpose, wantsFollow, follow, keepToken }));
    } finally {
      if (!isKept) await this.giveBack(id, grant.value);
    }
  }

  /** Gives a token back that was kept; whether its server will not take it any more. */
  async revoke(held: HeldToken): Promise<boolean> {
    const grant = await this.heldGrant(held);
    return grant !== null && (await grant.revoke(this.asking(REVOKE_MILLISECONDS)));
  }

  /** Gives tokens back whose act never ended, because the process died or their server was down; after a day they are only forgotten. */
  async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    const left = await this.database.getRepository(ServerSignIn).find({
      where: { token: Not(IsNull()), usedAt: LessThanOrEqual(new Date(now - LEFT_AFTER)) },
      order: { usedAt: 'ASC' },
      take: SWEPT_AT_ONCE,
    });
    for (const row of left) {
      const grant = await this.leftGrant(row);
      if (grant !== null) await this.giveBack(row.id, grant);
      if ((row.usedAt?.getTime() ?? 0) <= now - DAY) await this.forgetToken(row.id);
    }
  }

  /** One attempt is taken once, by the browser that began it, back from the server that it went to. */
  private async take(returned: SignInReturn): Promise<Result<{ id: string; attempt: SignInAttempt }, RefusedSignIn>> {
    const refused = (type: 'unknown' | 'used' | 'expired' | 'other-browser'): ReturnType<typeof fail<RefusedSignIn>> =>
      fail({ refusal: { type }, purpose: null });
    const row = await this.find(returned);
    if (row === null) return refused('unknown');
    if (row.usedAt !== null) return refused('used');
    const attempt = await open(this.keyRing, 'sealed', row);
    if (row.expiresAt <= this.clock.now() || attempt === null) return refused('expired');
    if (row.browserHash !== tokenHash(returned.browserKey ?? '')) return refused('other-browser');
    const { id } = row;
    const taken = await this.database.getRepository(ServerSignIn).update({ id, usedAt: IsNull() }, { usedAt: this.clock.now(), sealed: null });
    if (taken.affected !== 1) return refused('used');
    if (!isFromServer(returned, attempt)) return fail({ refusal: { type: 'wrong-server' }, purpose: attempt.purpose });
    return ok({ id, attempt });
  }

  /** Hollo forgets `state` when somebody says no: then the browser alone tells which attempt ended. */
  private async find({ state, error, browserKey }: SignInReturn): Promise<ServerSignIn | null> {
    const attempts = this.database.getRepository(ServerSignIn);
    if (state !== null) return attempts.findOneBy({ stateHash: tokenHash(state) });
    return error !== null && browserKey !== null ? attempts.findOneBy({ browserHash: tokenHash(browserKey) }) : null;
  }

  private async grantOf(
    { origin, flow, verifier, use }: SignInAttempt,
    { state, code, error, issuer }: SignInReturn,
    asking: Asking,
  ): Promise<Result<Grant, SignInRefusal>> {
    if (error === 'access_denied') return fail({ type: 'denied' });
    if (flow === 'bluesky') {
      const back = { state: state ?? '', code: code ?? '', issuer };
      return error === null ? finishOnBluesky(back, verifier, this.apps.blueskySite, asking) : fail(meaningOf(error));
    }
    if (flow === 'misskey') {
      const checked = await checkMiAuth(origin, state ?? '', asking);
      return checked.ok ? ok(misskeyGrant(origin, checked.value.token, checked.value.account)) : checked;
    }
    const app = await this.apps.known(origin, use);
    if (app === null) return fail({ type: 'app-forgotten' });
    const server = await oauthServer(origin, asking);
    if (!server.ok) return server;
    const exchanged = error === null ? await exchangeCode(server.value, app, { code: code ?? '', verifier }, asking) : fail(meaningOf(error));
    if (exchanged.ok) return ok(mastodonGrant(server.value, app, exchanged.value));
    if (exchanged.error.type === 'app-forgotten') await this.apps.forget(origin, app);
    return exchanged;
  }

  /** What the token's server says, confirmed by the host of the handle; with the accounts that the person left for this one. */
  private async identify(
    { flow, handleHost }: SignInAttempt,
    grant: Grant,
    asking: Asking,
  ): Promise<Result<ProvenIdentity, SignInFailure>> {
    const confirmed = await grant.identify(handleHost, asking);
    if (!confirmed.ok) return confirmed;
    // On Bluesky an account keeps its DID wherever it moves.
    const formerly = flow === 'bluesky' ? [] : await formerAccounts(confirmed.value.actorUri, asking);
    return ok({ ...confirmed.value, how: flow, formerly });
  }

  private async hold(id: string, { origin, flow, use }: SignInAttempt, { token }: Grant): Promise<HeldToken> {
    const held = { origin, flow, token, use };
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.keyRing);
      await manager.update(ServerSignIn, { id }, { token: seal(keys, 'token', id, held) });
    });
    return held;
  }

  private async giveBack(id: string, grant: Grant): Promise<void> {
    if (await grant.revoke(this.asking(REVOKE_MILLISECONDS))) await this.forgetToken(id);
  }

  private async forgetToken(id: string): Promise<void> {
    await this.database.getRepository(ServerSignIn).update({ id }, { token: null });
  }

  /** Null when its server cannot be asked now. */
  private async leftGrant(row: ServerSignIn): Promise<Grant | null> {
    const held = await open(this.keyRing, 'token', row);
    return held && this.heldGrant(held);
  }

  /** Null when its server cannot be asked now. */
  private async heldGrant({ origin, flow, token, use }: HeldToken): Promise<Grant | null> {
    if (flow === 'bluesky') return blueskyGrant(token, this.apps.blueskySite);
    if (flow === 'misskey') return misskeyGrant(origin, token, { user: '', actorUri: null, profileUrl: null });
    const app = await this.apps.known(origin, use);
    const server = await oauthServer(origin, this.asking(REVOKE_MILLISECONDS));
    return app !== null && server.ok ? mastodonGrant(server.value, app, token) : null;
  }

  private asking(milliseconds: number): Asking {
    return { http: withDeadline(this.http, AbortSignal.timeout(milliseconds)), now: this.clock.now(), xApi: null };
  }
}

/**
 * Each server was given an address of its own to send people back to; some also say who they are (RFC 9207). All those of Bluesky
 * have one address, and who they are is compared when the code is changed.
 */
function isFromServer({ host, issuer }: SignInReturn, { origin, flow }: SignInAttempt): boolean {
  if (host !== new URL(origin).host) return false;
  return flow === 'bluesky' || issuer === null || URL.parse(issuer)?.origin === origin;
}

/** What an authorization page sends back instead of a code (RFC 6749, 4.1.2.1); an application that lacks a scope is renewed. */
function meaningOf(error: string): AppForgotten | NetworkFailure {
  if (['invalid_client', 'unauthorized_client', 'invalid_scope'].includes(error)) return { type: 'app-forgotten' };
  return { type: 'unreadable', detail: 'oauth-error' };
}
