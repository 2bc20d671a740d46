import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { QuotePolicy } from '../networks/publishing/publisher.ts';
import { instant } from '../platform/columns.ts';
import type { PostLanguage } from '../platform/text.ts';

/** `dry-run`: all is done but the sending. */
export type PublishingMode = 'on' | 'dry-run' | 'paused';

/** How a campaign's bot publishes, as the campaigner wishes; without a row, {@link defaultWishes}. */
@Entity('publishing_wishes')
@Check('publishing_wishes_mode', `"mode" IN ('on', 'dry-run', 'paused')`)
@Check('publishing_wishes_hours', `"quiet_from" BETWEEN 0 AND 23 AND "quiet_until" BETWEEN 0 AND 23`)
@Check('publishing_wishes_per_day', `"per_day" BETWEEN 1 AND 24`)
export class PublishingWishes {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  @Column({ type: 'text' })
  mode: PublishingMode;

  @Column({ type: 'text' })
  visibility: 'public' | 'unlisted';

  @Column({ type: 'text' })
  language: PostLanguage;

  @Column({ type: 'text' })
  quotes: QuotePolicy;

  /** Hours on the campaign's clocks; the same twice: none is quiet. */
  @Column({ type: 'integer' })
  quietFrom: number;

  @Column({ type: 'integer' })
  quietUntil: number;

  @Column({ type: 'integer' })
  perDay: number;

  /** Whether one post tells where the campaign stands, and is changed when that does. */
  @Column({ type: 'boolean' })
  standingPost: boolean;

  @Column(instant)
  changedAt: Date;
}

export type Wishes = Pick<PublishingWishes, 'mode' | 'visibility' | 'language' | 'quotes' | 'quietFrom' | 'quietUntil' | 'perDay' | 'standingPost'>;

/** Until a campaigner says otherwise. */
export function defaultWishes({ language }: Pick<Campaign, 'language'>): Wishes {
  return { mode: 'on', visibility: 'public', language, quotes: 'public', quietFrom: 22, quietUntil: 7, perDay: 4, standingPost: false };
}
