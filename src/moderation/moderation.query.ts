import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.ts';
import { CLAIM_LIFE } from './claims.service.ts';
import type { DecisionSubject } from './decision.entity.ts';

export interface QueueEntry {
  subject: DecisionSubject;
  id: string;
  /** When it began to wait. */
  since: Date;
  /** The campaign's title; for a reading or a flag, the account's handle. */
  title: string;
  institution: string;
  /** A report's kind, a letter's step, a reading's count, a flag's or a crowd's kind and how many it is about; null for a campaign. */
  detail: string | null;
  /** A campaign that comes back with the changes asked for. */
  amended: boolean;
  /** Who looks at it now. */
  claimedBy: string | null;
}

export interface QueuePage {
  items: QueueEntry[];
  page: number;
  pages: number;
  total: number;
  counts: Record<DecisionSubject, number>;
}

export const QUEUE_PAGE_SIZE = 30;

const WAITING = `
  SELECT 'campaign' AS subject, campaign.id, campaign.submitted_at AS since, campaign.title,
         institution.name AS institution, NULL AS detail, campaign.review_note IS NOT NULL AS amended
  FROM campaign JOIN institution ON institution.id = campaign.institution_id
  WHERE campaign.state = 'submitted'
  UNION ALL
  SELECT 'report', report.id, report.created_at, campaign.title, institution.name, report.kind, false
  FROM report JOIN campaign ON campaign.id = report.campaign_id
       JOIN institution ON institution.id = campaign.institution_id
  WHERE report.state = 'open'
  UNION ALL
  SELECT 'reading', reading.id, reading.created_at, account.handle, institution.name, reading.count::text, false
  FROM reading JOIN account ON account.id = reading.account_id
       JOIN institution ON institution.id = account.institution_id
  WHERE reading.status = 'pending'
  UNION ALL
  SELECT 'flag', flag.id, flag.created_at, account.handle, institution.name,
         flag.kind || ' ' || abs(flag.count - flag.from_count)
           || CASE WHEN jsonb_array_length(NULLIF(flag.followers->'concentrated', 'null')) > 0 THEN ' concentrated' ELSE '' END, false
  FROM reading_flag flag JOIN account ON account.id = flag.account_id
       JOIN institution ON institution.id = account.institution_id
  WHERE flag.state = 'open'
  UNION ALL
  SELECT 'crowd', crowd.id, crowd.created_at, campaign.title, institution.name, crowd.kind || ' ' || crowd.pledges, false
  FROM pledge_crowd crowd JOIN campaign ON campaign.id = crowd.campaign_id
       JOIN institution ON institution.id = campaign.institution_id
  WHERE crowd.state = 'open'
  UNION ALL
  SELECT 'letter', event.id, event.created_at, campaign.title, institution.name, event.step, false
  FROM letter_event event JOIN campaign ON campaign.id = event.campaign_id
       JOIN institution ON institution.id = campaign.institution_id
  WHERE event.standing = 'reported' AND event.step NOT IN ('sent', 'withdrawn')
    AND NOT EXISTS (SELECT FROM letter_event later WHERE later.replaces_id = event.id)`;

/** All that waits for a moderator. */
@Injectable()
export class ModerationQuery {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** One queue of campaigns, reports, readings, flags, crowds of pledges and answers to letters, those that wait the longest first. */
  async queue(page: number): Promise<QueuePage> {
    const counts = await this.counts();
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const pages = Math.max(1, Math.ceil(total / QUEUE_PAGE_SIZE));
    const shown = Math.min(page, pages);
    const items = await this.database.query<QueueEntry[]>(
      `SELECT waiting.*, staff.name AS "claimedBy"
       FROM (${WAITING}) waiting
       LEFT JOIN claim ON claim.subject_id = waiting.id AND claim.at > $1
       LEFT JOIN staff ON staff.id = claim.staff_id
       ORDER BY since, id LIMIT $2 OFFSET $3`,
      [new Date(this.clock.now().getTime() - CLAIM_LIFE), QUEUE_PAGE_SIZE, (shown - 1) * QUEUE_PAGE_SIZE],
    );
    return { items, page: shown, pages, total, counts };
  }

  private async counts(): Promise<Record<DecisionSubject, number>> {
    const rows = await this.database.query<{ subject: DecisionSubject; n: number }[]>(
      `SELECT subject, count(*)::int AS n FROM (${WAITING}) waiting GROUP BY subject`,
    );
    const of = (subject: DecisionSubject): number => rows.find((row) => row.subject === subject)?.n ?? 0;
    return { campaign: of('campaign'), report: of('report'), reading: of('reading'), flag: of('flag'), crowd: of('crowd'), letter: of('letter'), block: 0, post: 0, bot: 0 };
  }
}
