import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { changesBetween, type Change } from './campaign-snapshot.ts';
import { Decision, type DecisionSubject } from './decision.entity.ts';

/** A decision of the log, ready to be read. */
export interface DecisionView {
  id: string;
  at: Date;
  by: string;
  subject: DecisionSubject;
  subjectId: string;
  /** A campaign's title after the decision; null for other subjects. */
  title: string | null;
  action: string;
  reason: string | null;
  changes: Change[];
}

export interface LogFilter {
  subject: DecisionSubject | null;
  /** Name of who decided; empty: anyone. */
  by: string;
  action: string;
}

export interface LogPage {
  items: DecisionView[];
  page: number;
  pages: number;
  total: number;
}

export const LOG_PAGE_SIZE = 30;

/** The log of decisions, which only grows. */
@Injectable()
export class DecisionLog {
  constructor(private readonly database: DataSource) {}

  /** Decisions by pages of {@link LOG_PAGE_SIZE}, newest first. */
  async page(filter: LogFilter, page: number): Promise<LogPage> {
    const search = this.decisions();
    if (filter.subject !== null) search.andWhere('decision.subject = :subject', { subject: filter.subject });
    if (filter.by !== '') search.andWhere('staff.name = :by', { by: filter.by });
    if (filter.action !== '') search.andWhere('decision.action = :action', { action: filter.action });
    const total = await search.getCount();
    const pages = Math.max(1, Math.ceil(total / LOG_PAGE_SIZE));
    const shown = Math.min(page, pages);
    const items = await search.offset((shown - 1) * LOG_PAGE_SIZE).limit(LOG_PAGE_SIZE).getMany();
    return { items: items.map(viewOf), page: shown, pages, total };
  }

  /** All that was decided about one thing, newest first. */
  async historyOf(subjectId: string): Promise<DecisionView[]> {
    const decisions = await this.decisions().andWhere('decision.subjectId = :subjectId', { subjectId }).getMany();
    return decisions.map(viewOf);
  }

  /** What the subject was when it was last decided upon; null when it never was. */
  async lastKnown(subjectId: string): Promise<Record<string, unknown> | null> {
    const last = await this.decisions().andWhere('decision.subjectId = :subjectId', { subjectId }).limit(1).getOne();
    return last?.after ?? null;
  }

  private decisions() {
    return this.database
      .getRepository(Decision)
      .createQueryBuilder('decision')
      .innerJoinAndSelect('decision.staff', 'staff')
      .where('true')
      .orderBy('decision.at', 'DESC')
      .addOrderBy('decision.id', 'DESC');
  }
}

function viewOf(decision: Decision): DecisionView {
  const { id, at, staff, subject, subjectId, action, reason, before, after } = decision;
  const title = typeof after['title'] === 'string' ? after['title'] : null;
  return { id, at, by: staff.name, subject, subjectId, title, action, reason, changes: changesBetween(before, after) };
}
