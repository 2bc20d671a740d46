import { Inject, Injectable } from '@nestjs/common';
import type { HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Network, NetworkFailure, Profile } from '../networks/network.ts';
import { discover, network } from '../networks/networks.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG, GUARDED_HTTP } from '../platform/platform.module.ts';
import { pageNames, profileNames } from './mutual-links.ts';
import { drawPicture } from './picture.ts';

export const ACCOUNT_KINDS = ['fediverse', 'x'] as const;
/** Which side of a campaign an account is on. */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** An account as its network tells of it: plain JSON, to be kept until the campaign is submitted. */
export interface FoundAccount {
  network: string;
  /** As people know it. */
  networkName: string;
  /** Canonical: `user@host`, or `user` on X. */
  handle: string;
  url: string;
  actorUri: string | null;
  remoteId: string | null;
  displayName: string;
  /** A PNG of 96 × 96 pixels in base64. */
  picture: string | null;
  /** Null when hidden, or read by people only. */
  followers: number | null;
  /** The account and the institution's website name each other, as far as each could be read. */
  linksBack: boolean;
}

export type FindFailure = HandleError | NetworkFailure;

/** What only makes the answer richer must not make anyone wait. */
const EXTRAS_MILLISECONDS = 4_000;

/** Looks accounts up where they live. */
@Injectable()
export class AccountFinder {
  constructor(
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    @Inject(CONFIG) private readonly config: Pick<Config, 'xApi'>,
  ) {}

  /** Finds the account that a person typed, of the institution with this website. */
  async find(kind: AccountKind, text: string, website: string | null): Promise<Result<FoundAccount, FindFailure>> {
    const asking = { http: this.http, now: this.clock.now(), xApi: this.config.xApi };
    const handle = network(kind === 'x' ? 'x' : 'activitypub').parseHandle(text);
    if (!handle.ok) return handle;
    const home =
      kind === 'x'
        ? ok({ network: network('x'), handle: handle.value })
        : await discover(handle.value, asking);
    if (!home.ok) return home;
    const profile = await home.value.network.find(home.value.handle, asking);
    return profile.ok ? ok(await this.describe(home.value.network, profile.value, website)) : fail(profile.error);
  }

  private async describe({ id, name }: Network, profile: Profile, website: string | null): Promise<FoundAccount> {
    const signal = AbortSignal.timeout(EXTRAS_MILLISECONDS);
    const [picture, linksBack] = await Promise.all([
      this.pictureOf(profile, signal),
      website === null ? false : this.linksBack(profile, website, signal),
    ]);
    const { handle, url, actorUri, remoteId, displayName, followers } = profile;
    const named = { network: id, networkName: name, handle, url, actorUri, remoteId, displayName };
    return { ...named, picture, followers, linksBack };
  }

  private async pictureOf({ pictureUrl }: Profile, signal: AbortSignal): Promise<string | null> {
    if (pictureUrl === null) return null;
    const answer = await this.http.getBytes(pictureUrl, { accept: 'image/png, image/jpeg, image/gif', signal });
    if (!answer.ok || answer.value.status !== 200) return null;
    return (await drawPicture(answer.value.body))?.toString('base64') ?? null;
  }

  private async linksBack(profile: Profile, website: string, signal: AbortSignal): Promise<boolean> {
    if (profileNames(website, profile.links)) return true;
    const secure = website.replace(/^http:/i, 'https:');
    const answer = await this.http.getText(secure, { accept: 'text/html', signal });
    return answer.ok && answer.value.status === 200 && pageNames(profile, answer.value.body);
  }
}
