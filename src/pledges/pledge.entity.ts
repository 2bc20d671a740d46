import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { KeptHow, PledgeState } from '../domain/pledge-lifecycle.ts';
import type { ProofMethod } from '../domain/proven-identity.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';

export const FOLLOW_STATES = ['unknown', 'found', 'missing', 'unreachable'] as const;
/** What the supporter's own server told when it was asked where to follow. */
export type FollowState = (typeof FOLLOW_STATES)[number];

/**
 * A supporter's promise to follow. Who it is can be read and compared with the site's keys alone. A withdrawn or expired one
 * keeps its dates and loses everything personal.
 */
@Entity('pledge')
@Unique('pledge_once', ['campaign', 'handleHash'])
@Unique('pledge_one_actor', ['campaign', 'actorHash'])
@Unique('pledge_token', ['tokenHash'])
@Index('pledge_by_state', ['campaign', 'state', 'hostHash'])
@Index('pledge_changed', ['changedAt'])
@Index('pledge_set_aside', ['setAsideId'], { where: '"set_aside_id" IS NOT NULL' })
@Index('pledge_newest', ['campaign', 'createdAt'], { where: '"counts"' })
@Index('pledge_waiting', ['campaign', 'whenOthers', 'id'], { where: `"state" = 'waiting'` })
@Index('pledge_look_again', ['lookAgainAt'], { where: '"look_again_at" IS NOT NULL' })
@Check('pledge_state', `"state" IN ('waiting', 'pending', 'confirmed', 'kept', 'lapsed', 'withdrawn', 'expired')`)
@Check('pledge_when_others', `"when_others" BETWEEN 1 AND 100000`)
@Check('pledge_waits', `"state" <> 'waiting' OR ("when_others" IS NOT NULL AND "released_at" IS NULL)`)
@Check('pledge_follow_state', `"follow_state" IN ('unknown', 'found', 'missing', 'unreachable')`)
@Check('pledge_proof', `"proof" IN ('mastodon', 'misskey', 'bluesky', 'profile', 'email')`)
@Check('pledge_proven', `("proof" IS NULL) = ("confirmed_at" IS NULL)`)
@Check('pledge_kept_how', `"kept_how" IN ('followed', 'relationship', 'listed')`)
@Check('pledge_kept', `("kept_how" IS NULL) = ("kept_at" IS NULL)`)
export class Pledge {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false })
  campaign: Campaign;

  @Column({ type: 'text' })
  state: PledgeState;

  /**
   * Not of a repeated pledge, which has a page like any other; nor of one that was set aside, or must be proven first because
   * too many came from its server.
   */
  @Column({ type: 'boolean' })
  counts: boolean;

  /** A {@link Person}, sealed; null once erased. */
  @Column(maybeText)
  sealed: string | null;

  /** Of the handle in lower case; null for a repeated pledge and once erased. */
  @Column(maybeText)
  handleHash: string | null;

  /** Of the URI of the account that was proven. */
  @Column(maybeText)
  actorHash: string | null;

  /** Of the server's name, which may name the person: some have a server of their own. */
  @Column(maybeText)
  hostHash: string | null;

  /** Of the private page's token; null once erased. */
  @Column(maybeText)
  tokenHash: string | null;

  @Column({ type: 'text' })
  consentVersion: string;

  @Column(instant)
  consentedAt: Date;

  /** The second, separate consent: to be shown by name once proven. */
  @Column(maybeInstant)
  showConsentAt: Date | null;

  @Column({ type: 'text' })
  followState: FollowState;

  @Column(instant)
  createdAt: Date;

  /** When something last changed that is counted: what the counting looks at. */
  @Column(instant)
  changedAt: Date;

  /** How the person proved to hold the account: nobody is shown by name before. */
  @Column(maybeText)
  proof: ProofMethod | null;

  @Column(maybeInstant)
  confirmedAt: Date | null;

  /** How they were last seen to follow. */
  @Column(maybeText)
  keptHow: KeptHow | null;

  @Column(maybeInstant)
  keptAt: Date | null;

  /** When it is seen whether they still follow. */
  @Column(maybeInstant)
  lookAgainAt: Date | null;

  /** When it was made, too many came from its server for it to count unproven. Repeated or not, so that nobody tells them apart. */
  @Column({ type: 'boolean', default: false })
  mustProve: boolean;

  /** How many others had to promise first; null where that was never said, or its author no longer waits for it. */
  @Column({ type: 'integer', nullable: true })
  whenOthers: number | null;

  /** Since when it waits no longer; null where it still does, or never did. */
  @Column(maybeInstant)
  releasedAt: Date | null;

  /** Of the decision about a crowd, or of the block, because of which it does not count. */
  @Column({ type: 'uuid', nullable: true })
  setAsideId: string | null;
}
