import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { CampaignOwner } from '../campaigns/campaign-owner.entity.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import type { Draft } from '../campaigns/draft.entity.ts';
import { Drafts } from '../campaigns/drafts.service.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { Mailer } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator, type Translator } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { pageRequest } from './respond.ts';
import { readDraft, type DraftReading } from './start.form.ts';

/** A draft on somebody's desk, with all that its pages need. */
export type OpenDraft = {
  readonly draft: Draft;
  readonly token: string;
  /** The campaigner who amends a campaign; null: the draft is of a new one. */
  readonly amending: { readonly token: string; readonly owner: CampaignOwner } | null;
  readonly reading: DraftReading;
  readonly mailEnabled: boolean;
  readonly now: Date;
  readonly page: PageRequest;
  readonly text: Translator;
  /** The address of a page of this draft, in the reader's language. */
  url(page: string, query?: Record<string, string>): string;
};

/** Finds the draft that a request is about. */
@Injectable()
export class StartDesk {
  constructor(
    private readonly drafts: Drafts,
    private readonly owners: CampaignOwners,
    private readonly clock: Clock,
    private readonly mailer: Mailer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes a draft of what was typed first. */
  async begin(request: Request, fields: Record<string, string>): Promise<OpenDraft> {
    const token = await this.drafts.start(fields);
    const draft = await this.drafts.find(token);
    if (draft === null) throw new Error('The draft that was just made is missing.');
    return this.lay(draft, token, null, request);
  }

  /**
   * The draft behind `/start/:draft/…` or, when it amends a campaign, `/account/:owner/amend/:draft/…`; null when
   * there is none, or when the campaign is another than the owner's.
   */
  async open(request: Request): Promise<OpenDraft | null> {
    const { draft: token, owner: ownerToken } = request.params as { draft?: string; owner?: string };
    const draft = await this.drafts.find(token ?? '');
    if (draft === null || token === undefined) return null;
    const owner = ownerToken === undefined ? null : await this.owners.byToken(ownerToken);
    if ((draft.campaign?.id ?? null) !== (owner?.campaign.id ?? null)) return null;
    if (ownerToken === undefined) return this.lay(draft, token, null, request);
    return owner === null ? null : this.lay(draft, token, { token: ownerToken, owner }, request);
  }

  /** Keeps what was typed and reads the draft again. */
  async save(open: OpenDraft, fields: Record<string, string>, found?: Parameters<Drafts['save']>[2]): Promise<OpenDraft> {
    await this.drafts.save(open.draft, fields, found);
    return { ...open, reading: this.read(open.draft, open.amending === null) };
  }

  private lay(draft: Draft, token: string, amending: OpenDraft['amending'], request: Request): OpenDraft {
    const page = pageRequest(request, this.config);
    const base = amending === null ? `/start/${token}` : `/account/${amending.token}/amend/${token}`;
    return {
      draft,
      token,
      amending,
      reading: this.read(draft, amending === null),
      mailEnabled: this.mailer.enabled,
      now: this.clock.now(),
      page,
      text: translator(page.language),
      url: (name, query = {}) => localUrl(`${base}/${name}`, page, query),
    };
  }

  /** A site that can send mail asks where to: it is how the campaigner hears of the review. */
  private read(draft: Draft, isNew: boolean): DraftReading {
    return readDraft(draft, { now: this.clock.now(), emailRequired: isNew && this.mailer.enabled });
  }
}
