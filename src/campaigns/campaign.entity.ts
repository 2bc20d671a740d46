import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import type { Dare, DareKind } from '../domain/dare.ts';
import { Account } from '../institutions/account.entity.ts';
import { Institution } from '../institutions/institution.entity.ts';
import { count, instant, maybeInstant, maybeText } from '../platform/columns.ts';

/** One dare to one institution. */
@Entity('campaign')
@Unique('campaign_slug', ['slug'])
@Index('campaign_by_state', ['state', 'launchedAt'])
@Index('campaign_fediverse_account', ['fediverseAccount'])
@Index('campaign_x_account', ['xAccount'])
@Check('campaign_dare', `"dare_kind" IN ('overtake', 'reach', 'open')`)
@Check('campaign_target', `("dare_kind" = 'reach') = ("target" IS NOT NULL)`)
@Check('campaign_accounts', `"dare_kind" = 'open' OR "fediverse_account_id" IS NOT NULL`)
@Check('campaign_opponent', `"dare_kind" <> 'overtake' OR "x_account_id" IS NOT NULL`)
@Check(
  'campaign_state',
  `"state" IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn', 'live', 'won', 'agreed', 'ended', 'closed')`,
)
export class Campaign {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  slug: string;

  @ManyToOne(() => Institution, { nullable: false })
  institution: Institution;

  /** Null only for an `open` dare whose account does not exist yet. */
  @ManyToOne(() => Account, { nullable: true })
  fediverseAccount: Account | null;

  @ManyToOne(() => Account, { nullable: true })
  xAccount: Account | null;

  @Column({ type: 'text' })
  dareKind: DareKind;

  @Column({ ...count, nullable: true })
  target: number | null;

  @Column({ type: 'text' })
  state: CampaignState;

  /** When a moderator took the page down; null: shown. */
  @Column(maybeInstant)
  hiddenAt: Date | null;

  /** When a moderator last put it back; null: never. What happened before is told to nobody any more. */
  @Column(maybeInstant)
  shownAgainAt: Date | null;

  @Column({ type: 'text' })
  title: string;

  /** Markdown. */
  @Column({ type: 'text' })
  story: string;

  @Column(maybeText)
  quote: string | null;

  @Column(maybeText)
  quoteSource: string | null;

  /** CamelCase, without its `#`. */
  @Column(maybeText)
  hashtag: string | null;

  @Column({ type: 'text' })
  language: 'fr' | 'en';

  /** IANA name: in which the page tells times. */
  @Column({ type: 'text' })
  timeZone: string;

  @Column(maybeInstant)
  deadline: Date | null;

  /** What the moderator asked or gave as a reason, for the campaigner to read. */
  @Column(maybeText)
  reviewNote: string | null;

  /** The institution's reply, published by a moderator at its request. */
  @Column(maybeText)
  institutionReply: string | null;

  @Column(instant)
  submittedAt: Date;

  @Column(maybeInstant)
  launchedAt: Date | null;

  /** When it was won, agreed to, ended or closed: the graph stops there. */
  @Column(maybeInstant)
  endedAt: Date | null;

  @Column(instant)
  changedAt: Date;

  get dare(): Dare {
    if (this.dareKind !== 'reach') return { kind: this.dareKind };
    return { kind: 'reach', target: this.target ?? 0 };
  }
}
