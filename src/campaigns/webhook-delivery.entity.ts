import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import type { HttpFailure } from '../platform/http.ts';
import { Webhook } from './webhook.entity.ts';

/**
 * Why nothing was sent: the webhook was given up before, its key is gone, the campaign is hidden or was so since it happened, or it
 * did not happen, as far as anybody tells by now.
 */
export const WITHHELD = ['disabled', 'no-key', 'hidden', 'withdrawn'] as const;

/** Why there was no status. */
export type Silence = Exclude<HttpFailure, { readonly status: number }>['type'];
const SILENCES = {
  'timeout': true,
  'unreachable': true,
  'forbidden-address': true,
  'forbidden-url': true,
  'too-large': true,
  'too-many-redirects': true,
  'paused': true,
  'busy': true,
  'opted-out': true,
} as const satisfies Record<Silence, true>;

/** The status of an address that wants no more. */
export const GONE = '410';
/** What comes of a message that pages have words for; a status other than {@link GONE} speaks for itself. */
export const TOLD_ANSWERS = [GONE, ...WITHHELD, ...(Object.keys(SILENCES) as Silence[])] as const;

/** One message to one webhook, and what became of it. */
@Entity('webhook_delivery')
@Unique('webhook_delivery_once', ['webhook', 'occasion'])
@Index('webhook_delivery_due', ['nextAt'], { where: `"state" = 'waiting'` })
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

  /** What came of it last: a status, or one of {@link TOLD_ANSWERS}. */
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
