import { Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { instant, maybeInstant } from '../platform/columns.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { Campaign } from './campaign.entity.ts';

/** What is sealed of a webhook: the address often holds a secret, too. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` and base64, as Standard Webhooks writes it. */
  readonly secret: string;
}

/** An address that is told what happens in a campaign. */
@Entity('webhook')
@Index('webhook_campaign', ['campaign'])
export class Webhook {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  /** A {@link WebhookTarget}. */
  @Column({ type: 'text' })
  sealed: string;

  @Column(instant)
  createdAt: Date;

  /** Since when it took nothing; null: it took the last thing. */
  @Column(maybeInstant)
  failingSince: Date | null;

  /** When it was given up. */
  @Column(maybeInstant)
  disabledAt: Date | null;
}

/** For whoever changes the site's keys. */
export const SEALED_HOOKS: SealedTable = { name: 'webhook', column: 'sealed', hashed: [], hashesOf: () => [] };
