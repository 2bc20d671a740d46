import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { BotAccount } from '../networks/publishing/publisher.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import type { SealedTable } from '../platform/key-rotation.ts';

/** What is sealed of a bot. */
export interface KnownBot extends BotAccount {
  /** Canonical. */
  readonly handle: string;
}

/** An account that a campaigner lends the campaign to publish from. */
@Entity('campaign_bot')
@Index('campaign_bot_connected', ['campaign'], { unique: true, where: '"disconnected_at" IS NULL' })
@Check('campaign_bot_sealed', `("sealed" IS NULL) = ("disconnected_at" IS NOT NULL)`)
export class CampaignBot {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  /** A {@link KnownBot}; erased when it is disconnected. */
  @Column(maybeText)
  sealed: string | null;

  @Column(instant)
  connectedAt: Date;

  @Column(maybeInstant)
  disconnectedAt: Date | null;
}

/** For whoever changes the site's keys. */
export const SEALED_BOTS: SealedTable = { name: 'campaign_bot', column: 'sealed', hashed: [], hashesOf: () => [] };
