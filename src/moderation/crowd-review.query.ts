import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeyRing } from '../platform/key-ring.ts';
import { serversOf, type CrowdServer } from '../pledges/crowd-watch.service.ts';
import { PledgeCrowd } from '../pledges/pledge-crowd.entity.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

export interface CrowdReview {
  /** With its campaign and the campaign's institution. */
  crowd: PledgeCrowd;
  servers: CrowdServer[];
  /** Pledges that are set aside because of it now. */
  setAside: number;
  history: DecisionView[];
  claim: ClaimView | null;
}

/** Pledges that came together, as a moderator looks at them: by server, and never by name. */
@Injectable()
export class CrowdReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  async review(id: string): Promise<CrowdReview | null> {
    const crowd = await this.database.getRepository(PledgeCrowd).findOne({ where: { id }, relations: { campaign: { institution: true } } });
    if (crowd === null) return null;
    const [servers, setAside, history, claim] = await Promise.all([
      serversOf(this.ring, crowd),
      this.setAside(id),
      this.log.historyOf(id),
      this.claims.of(id),
    ]);
    return { crowd, servers, setAside, history, claim };
  }

  private async setAside(id: string): Promise<number> {
    const [row] = await this.database.query<{ n: number }[]>('SELECT count(*)::int AS n FROM pledge WHERE set_aside_id = $1', [id]);
    return row?.n ?? 0;
  }
}
