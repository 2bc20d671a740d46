import { MINUTE } from '../domain/durations.ts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Draft } from '../campaigns/draft.entity.ts';
import { Launching, type Launch, type LaunchFailure } from '../campaigns/launch.service.ts';
import { ok, type Result } from '../domain/result.ts';

type Submitted = Result<{ token: string }, LaunchFailure>;


/** Hands drafts in for review, each once however often its button is pressed. */
@Injectable()
export class StartSubmission {
  /**
   * Whoever presses twice only sees the answer to the second request: it must lead to the same private link, which
   * nobody can be told a second time.
   */
  private readonly recent = new LRUCache<string, Promise<Submitted>>({ max: 1_000, ttl: 10 * MINUTE });

  constructor(private readonly launching: Launching) {}

  async submit(draft: Draft, token: string, launch: Launch): Promise<Submitted> {
    const submitting = this.recent.get(token) ?? this.launching.submit(draft, launch);
    this.recent.set(token, submitting);
    const submitted = await submitting.catch((error: unknown) => {
      this.recent.delete(token);
      throw error;
    });
    if (!submitted.ok) this.recent.delete(token);
    return submitted;
  }

  /** Hands an amended campaign in again; the campaigner's private link stays what it was. */
  async amend(draft: Draft, ownerToken: string, launch: Launch): Promise<Submitted> {
    const amended = await this.launching.amend(draft, launch);
    return amended.ok ? ok({ token: ownerToken }) : amended;
  }

  /** What a draft that is gone became a moment ago; null when that is not known. */
  async outcome(token: string): Promise<string | null> {
    const submitted = await this.recent.get(token);
    return submitted?.ok ? submitted.value.token : null;
  }
}
