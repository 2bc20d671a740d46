import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type Repository } from 'typeorm';
import { v7 as newId } from 'uuid';
import { BLUESKY_HOST } from '../domain/handle.ts';
import { HOUR } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Asking, NetworkFailure } from '../networks/network.ts';
import type { BlueskySite } from '../networks/sign-in/bluesky-client.ts';
import { isRemembered, registerApp, type AppUse, type OAuthApp } from '../networks/sign-in/mastodon-sign-in.ts';
import type { OAuthServer } from '../networks/sign-in/oauth-server.ts';
import type { NoSignIn } from '../networks/sign-in/sign-in-server.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf } from '../platform/key-ring.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { originHashes, ServerApp } from './server-app.entity.ts';

/** As other servers show it to whoever is asked. */
export const APP_NAME = 'Chiche';
/** Whose people come back here stands in for all of Bluesky's servers, since a client has one address for them. */
export const BLUESKY_ORIGIN = `https://${BLUESKY_HOST}`;
/** Servers sweep away what nobody uses; a server is asked again whether it still knows us when it was not seen to for so long. */
const KNOWN_FOR = HOUR;

type KnownApp = OAuthApp & { readonly knownAt: Date };
type AppFailure = NoSignIn | NetworkFailure;

/** Chiche's registrations on other servers: one for each, as they take five in ten minutes from one address. */
@Injectable()
export class ServerApps {
  private readonly underWay = new Map<string, Promise<Result<OAuthApp, AppFailure>>>();

  constructor(
    private readonly database: DataSource,
    private readonly keyRing: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The one address to which a server may send its people back: another for each, so that no server passes for another. */
  redirectUri(origin: string, use: AppUse): string {
    return `${this.config.publicUrl}/${use === 'bots' ? 'bots' : 'proof'}/${new URL(origin).host}`;
  }

  /** How Chiche presents itself to Bluesky, where nobody registers. */
  get blueskySite(): BlueskySite {
    return { name: APP_NAME, publicUrl: this.config.publicUrl, redirectUri: this.redirectUri(BLUESKY_ORIGIN, 'people') };
  }

  /** The registration on a server, made or renewed where there is none that it knows; many who ask at once wait for one. */
  async appOn(server: OAuthServer, use: AppUse, asking: Asking): Promise<Result<OAuthApp, AppFailure>> {
    const name = nameOf(server.origin, use);
    const waiting = this.underWay.get(name);
    if (waiting !== undefined) return waiting;
    const found = this.findOrRegister(server, use, asking).finally(() => this.underWay.delete(name));
    this.underWay.set(name, found);
    return found;
  }

  /** The registration as it is kept; null when there is none, or its key is gone. */
  async known(origin: string, use: AppUse): Promise<KnownApp | null> {
    const kept = await this.row(origin, use);
    const text = kept && (await this.keyRing.open(placeOf('server_app', 'sealed', kept.id), kept.sealed));
    return kept && text !== null ? { ...(JSON.parse(text) as OAuthApp), knownAt: kept.knownAt } : null;
  }

  /** Forgets a registration that its server forgot; one that was renewed meanwhile stays. */
  async forget(origin: string, { clientId, use = 'people' }: OAuthApp): Promise<void> {
    const row = await this.row(origin, use);
    if (row !== null && (await this.known(origin, use))?.clientId === clientId) await this.remove(row);
  }

  private async findOrRegister(server: OAuthServer, use: AppUse, asking: Asking): Promise<Result<OAuthApp, AppFailure>> {
    const app = await this.known(server.origin, use);
    if (app !== null && (await this.isStillGood(server, use, app, asking))) return ok(app);
    const row = await this.row(server.origin, use);
    if (row !== null) await this.remove(row);
    return this.register(server, use, asking);
  }

  private async isStillGood(server: OAuthServer, use: AppUse, app: KnownApp, asking: Asking): Promise<boolean> {
    if (app.redirectUri !== this.redirectUri(server.origin, use)) return false;
    if (asking.now.getTime() - app.knownAt.getTime() < KNOWN_FOR) return true;
    if (!(await isRemembered(server, app, asking))) return false;
    const row = await this.row(server.origin, use);
    if (row !== null) await this.apps.update({ id: row.id }, { knownAt: asking.now });
    return true;
  }

  private async row(origin: string, use: AppUse): Promise<ServerApp | null> {
    return this.apps.findOneBy({ originHash: In(originHashes(await this.keyRing.keys(), nameOf(origin, use))) });
  }

  /** Only as it was: a registration that another process made meanwhile is not ours to remove. */
  private async remove({ id }: ServerApp): Promise<void> {
    await this.apps.delete({ id });
  }

  private get apps(): Repository<ServerApp> {
    return this.database.getRepository(ServerApp);
  }

  /** Another process may have registered meanwhile: the first one to be kept is everybody's. */
  private async register(server: OAuthServer, use: AppUse, asking: Asking): Promise<Result<OAuthApp, AppFailure>> {
    const origin = nameOf(server.origin, use);
    const site = { name: APP_NAME, url: this.config.publicUrl, redirectUri: this.redirectUri(server.origin, use), use };
    const registered = await registerApp(server, site, asking);
    if (!registered.ok) return registered;
    const keys = await this.keyRing.keys();
    const id = newId();
    const [originHash = ''] = originHashes(keys, origin);
    const sealed = keys.seal(placeOf('server_app', 'sealed', id), JSON.stringify({ ...registered.value, origin }));
    await this.apps.createQueryBuilder().insert().values({ id, originHash, sealed, knownAt: asking.now }).orIgnore().execute();
    const kept = await this.known(server.origin, use);
    return kept === null ? fail({ type: 'unreachable', detail: 'app-forgotten' }) : ok(kept);
  }
}

/** One registration for each use of a server. */
function nameOf(origin: string, use: AppUse): string {
  return use === 'bots' ? `bots ${origin}` : origin;
}
