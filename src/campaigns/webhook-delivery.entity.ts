import { Check, Column, Entity, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import { Webhook } from './webhook.entity.ts';

/** One message to one webhook, and what became of it. */
@Entity('webhook_delivery')
@Unique('webhook_delivery_once', ['webhook', 'occasion'])
@Check('webhook_delivery_state', `"state" IN ('waiting', 'delivered', 'failed')`)
export class WebhookDelivery {
  /** Also the `webhook-id`, by which whoever gets it twice knows it again. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Webhook, { nullable: false, onDelete: 'CASCADE' })
  webhook: Webhook;

  /** As domain/publishing-rules.ts names it, or a test. */
  @Column({ type: 'text' })
  occasion: string;

  @Column({ type: 'jsonb' })
  payload: Record<string, unknown>;

  @Column({ type: 'text' })
  state: 'waiting' | 'delivered' | 'failed';

  @Column({ type: 'integer' })
  attempts: number;

  /** What came of the last attempt: a status, or a word for why there was none. */
  @Column(maybeText)
  answer: string | null;

  @Column(instant)
  createdAt: Date;

  @Column(maybeInstant)
  triedAt: Date | null;

  /** When it is tried next; null: it is not. */
  @Column(maybeInstant)
  nextAt: Date | null;
}
