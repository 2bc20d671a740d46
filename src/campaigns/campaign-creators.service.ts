import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { mayBeCreditedOn } from '../domain/attribution.ts';
import { DAY } from '../domain/durations.ts';
import { handleText, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { NetworkFailure } from '../networks/network.ts';
import { readOwnProfile, type NotBothWays, type OwnProfile } from '../networks/profile-proof.ts';
import { holdsCode } from '../networks/profile-text.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { withDeadline } from '../platform/http-deadline.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { CONFIG, GUARDED_HTTP } from '../platform/platform.module.ts';
import { codeOf } from '../platform/secrets.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';
import { CampaignCreator } from './campaign-creator.entity.ts';
import { CREDITED_FOR } from './campaigns.query.ts';

/**
 * The profile was read, and does not allow this site to name the account (`not-allowed`), or lacks the code that only its
 * owner could have put there (`no-code`): many accounts may allow the site, each for its own campaign.
 */
export type CreditFailure = { readonly type: 'not-allowed' | 'no-code' } | NotBothWays | NetworkFailure;

/** Several requests to a server that somebody waits for. */
const PATIENCE_MILLISECONDS = 15_000;
/** A permission can be taken back; servers that show a link again look for themselves, too. */
const LOOKED_AT_EVERY = DAY;
const NEVER = new AbortController().signal;

/** Whom links to campaigns credit, where the account itself allows it (`fediverse:creator`). */
@Injectable()
export class CampaignCreators {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly rounds: ReadingRounds,
  ) {}

  /** The name under which the site must be allowed. */
  get site(): string {
    return new URL(this.config.publicUrl).hostname;
  }

  /** Credits an account whose profile allows it and holds the code; any other leaves the credit as it was. */
  async credit(campaignId: string, asked: FediverseHandle, code: string): Promise<Result<null, CreditFailure>> {
    // The campaigner asks, and waits.
    const allowed = await this.ask(asked, withDeadline(this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS)));
    if (!allowed.ok) return allowed;
    const { handle, actor } = allowed.value;
    if (!holdsCode(actor.texts, code)) return fail({ type: 'no-code' });
    const now = this.clock.now();
    await this.database.getRepository(CampaignCreator).upsert({ campaignId, handle: handleText(handle), provenAt: now, triedAt: now }, ['campaignId']);
    return ok(null);
  }

  async forget(campaignId: string): Promise<void> {
    await this.database.getRepository(CampaignCreator).delete({ campaignId });
  }

  /** Looks once a day whether each account still allows it; one that does not, or says nothing for a month, is forgotten. */
  async lookAgain(now: Date, stop: AbortSignal = NEVER): Promise<void> {
    const creators = this.database.getRepository(CampaignCreator);
    const due = { triedAt: LessThan(new Date(now.getTime() - LOOKED_AT_EVERY)) };
    while (!stop.aborted) {
      const [creator] = await creators.find({ where: due, order: { triedAt: 'ASC' }, take: 1 });
      if (creator === undefined) return;
      const { campaignId, handle, provenAt } = creator;
      const parsed = parseFediverseHandle(handle);
      const seen = parsed.ok ? await this.askPolitely(parsed.value) : fail({ type: 'not-allowed' } as const);
      // The campaigner may have named another one meanwhile.
      const it = { campaignId, handle };
      if (seen.ok) await creators.update(it, { provenAt: now, triedAt: now });
      else if (isRefusal(seen.error) || now.getTime() - provenAt.getTime() > CREDITED_FOR) await creators.delete(it);
      else await creators.update(it, { triedAt: now });
    }
  }

  /** As readings are taken: one request at a time to a host, and none to one that wants to be left alone. */
  private async askPolitely(asked: FediverseHandle): Promise<Result<OwnProfile, CreditFailure>> {
    const seen = await this.rounds.at(asked.host, async (http, host) => (host.optedOutAt === null ? this.ask(asked, http) : fail({ type: 'opted-out' } as const)));
    return seen ?? fail({ type: 'busy', until: this.clock.now() });
  }

  private async ask(asked: FediverseHandle, http: GuardedHttp): Promise<Result<OwnProfile, CreditFailure>> {
    const profile = await readOwnProfile(asked, http, this.clock.now());
    if (!profile.ok) return profile;
    return mayBeCreditedOn(profile.value.actor.attributionDomains, this.site) ? profile : fail({ type: 'not-allowed' });
  }
}

/** The code of a private link to a campaign, to put in a profile; nothing keeps it. */
export function creatorCode(token: string): string {
  return codeOf(token, 'creator code');
}

/** What the account's own server says clearly; all else may be a bad day. */
function isRefusal({ type }: CreditFailure): boolean {
  return ['not-allowed', 'not-both-ways', 'gone', 'deleted', 'suspended', 'moved'].includes(type);
}
