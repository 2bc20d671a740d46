import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { PageCache } from '../platform/page-cache.ts';
import { EvidenceStore, type Picture } from '../readings/evidence.service.ts';
import { Proposals, type ProposalFailure, type Proposed, type SeenCount } from '../readings/proposals.service.ts';
import type { ReaderKind } from '../readings/readers.ts';
import { Readers } from '../readings/readers.service.ts';
import { readReading, READING_FIELDS, type KeptScreenshot, type ReadingAttempt, type ReadingSubject } from './reading-form.ts';
import { fileOf } from './sent-form.ts';
import { typedFields } from './typed-fields.ts';

/** What a form brought, once nothing is wrong with it. */
export type ReadForm = Omit<SeenCount, 'accountId'>;

/** Whoever sends a number, beside their network address. */
export type Sender = { readonly kind: Exclude<ReaderKind, 'moderator'>; readonly name: string | null };

/** Takes in the numbers that people read on X. */
@Injectable()
export class ReadingDesk {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly readers: Readers,
    private readonly proposals: Proposals,
    private readonly progress: CampaignProgress,
    private readonly cache: PageCache,
  ) {}

  /** Reads a form with its picture, or what to show again; `more` are fields of its own. */
  async read(request: Request, subject: ReadingSubject, more: readonly string[] = []): Promise<Result<ReadForm & { attempt: ReadingAttempt }, ReadingAttempt>> {
    return this.readWith(request, [...READING_FIELDS, ...more], (values) => readReading(values, subject));
  }

  /** As {@link read}, of a form with fields of its own beside the picture. */
  async readWith<T extends object>(
    request: Request,
    fields: readonly string[],
    readFields: (values: Readonly<Record<string, string>>) => Result<T, Record<string, string>>,
  ): Promise<Result<T & { picture: Picture | null; attempt: ReadingAttempt }, ReadingAttempt>> {
    const values = typedFields(request, fields);
    const picture = await this.pictureOf(request, values['kept'] ?? '');
    const kept = picture.ok && picture.value ? await this.keep(picture.value) : null;
    const typed = readFields(values);
    const errors = { ...(picture.ok ? {} : { screenshot: picture.error }), ...(typed.ok ? {} : typed.error) };
    const attempt = { values, errors, kept };
    if (!typed.ok || !picture.ok) return fail(attempt);
    return ok({ ...typed.value, picture: kept, attempt });
  }

  /** Proposes what was read; the campaigns follow at once where it counts. */
  async propose(form: ReadForm, accountId: string, sender: Sender, request: Request): Promise<Result<Proposed, ProposalFailure>> {
    const { count, at, source, evidenceUrl, picture } = form;
    const names = [...(sender.name === null ? [] : [sender.name]), ...(await this.readers.namesOf(request.ip ?? ''))];
    const rivals = await this.progress.rivalCounts(accountId);
    const seen = { accountId, count, at, source, evidenceUrl, picture };
    const proposed = await this.proposals.propose({ ...seen, reader: { kind: sender.kind, names }, rivals });
    if (!proposed.ok || proposed.value.changedAccounts.length === 0) return proposed;
    await this.progress.follow(proposed.value.changedAccounts);
    this.cache.clear();
    return proposed;
  }

  /** The file that came, or else the one that came before. */
  private async pictureOf(request: Request, ticket: string): Promise<Result<(Picture & { width: number; height: number }) | null, string>> {
    const file = fileOf(request);
    if (file === null) return ok(ticket === '' ? null : await this.evidence.ofTicket(ticket));
    if (!file.ok) return fail(file.error.type);
    const kept = await this.evidence.keep(file.value);
    return kept.ok ? kept : fail(kept.error.type);
  }

  private async keep({ id, type, width, height }: Picture & { width: number; height: number }): Promise<KeptScreenshot | null> {
    const file = await this.evidence.find(id);
    return file && { id, type, width, height, bytes: file.bytes, ticket: await this.evidence.ticketFor({ id, type }) };
  }
}

/** Which field a proposal's failure belongs to, with the key of its words. */
export function proposalErrors({ type }: ProposalFailure): Record<string, string> {
  switch (type) {
    case 'not-a-count':
    case 'count-too-large':
    case 'no-such-account':
    case 'enough-of-yours':
    case 'enough-for-now':
      return { count: type };
    case 'in-the-future':
    case 'before-social-networks':
      return { day: type };
    case 'not-a-web-address':
      return { evidenceUrl: type };
    case 'no-evidence':
      return { screenshot: type };
  }
}
