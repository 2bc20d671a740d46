import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Result } from '../domain/result.ts';
import { isGivenUp, nextDeliveryAt } from '../domain/webhook-retries.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp, HttpAnswer, HttpFailure } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { WebhookDelivery } from './webhook-delivery.entity.ts';
import { webhookHeaders } from './webhook-signature.ts';
import { Webhook } from './webhook.entity.ts';
import { WEBHOOK_QUEUE, Webhooks } from './webhooks.service.ts';

/** What came of one attempt: in words for the log, and whether it was taken. `gone`: nobody wants any more. */
interface Outcome {
  readonly answer: string;
  readonly isTaken: boolean;
  readonly isGone: boolean;
}

/** Delivers signed messages to webhooks, at least once; whoever gets one twice knows it by its `webhook-id`. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly webhooks: Webhooks,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** One attempt; the next one is planned where it comes to nothing. */
  async deliver(id: string): Promise<void> {
    const delivery = await this.database.getRepository(WebhookDelivery).findOne({ where: { id }, relations: { webhook: true } });
    if (delivery === null || delivery.state !== 'waiting') return;
    if (delivery.webhook.disabledAt !== null) return this.close(delivery, 'failed', 'disabled');
    const target = await this.webhooks.open(delivery.webhook);
    if (target === null) return this.close(delivery, 'failed', 'no-key');
    const { payload } = delivery;
    const headers = webhookHeaders({ id, at: this.clock.now(), body: JSON.stringify(payload), secret: target.secret });
    const outcome = outcomeOf(await this.http.postJson(target.url, payload, { accept: '*/*', headers }));
    await (outcome.isTaken ? this.taken(delivery, outcome) : this.refused(delivery, outcome));
  }

  private async taken(delivery: WebhookDelivery, { answer }: Outcome): Promise<void> {
    await this.close(delivery, 'delivered', answer);
    await this.database.getRepository(Webhook).update({ id: delivery.webhook.id }, { failingSince: null });
  }

  private async refused({ id, attempts: before, webhook }: WebhookDelivery, { answer, isGone }: Outcome): Promise<void> {
    const now = this.clock.now();
    const attempts = before + 1;
    const failingSince = webhook.failingSince ?? now;
    const isOver = isGone || isGivenUp(failingSince, now);
    const nextAt = isOver ? null : nextDeliveryAt(attempts, now);
    await this.database.transaction(async (manager) => {
      await manager.update(WebhookDelivery, { id }, { attempts, answer, triedAt: now, nextAt, state: nextAt === null ? 'failed' : 'waiting' });
      await manager.update(Webhook, { id: webhook.id }, { failingSince, ...(isOver && { disabledAt: now }) });
      if (nextAt !== null) await this.queue.send(WEBHOOK_QUEUE, { id }, { within: manager, startAfter: nextAt });
    });
  }

  private async close({ id, attempts }: WebhookDelivery, state: 'delivered' | 'failed', answer: string): Promise<void> {
    await this.database.getRepository(WebhookDelivery).update({ id }, { state, answer, attempts: attempts + 1, triedAt: this.clock.now(), nextAt: null });
  }
}

/** Any 2xx is a yes, whatever is in it; a redirect is not followed. */
function outcomeOf(answered: Result<HttpAnswer, HttpFailure>): Outcome {
  const failure = answered.ok ? null : answered.error;
  const status = answered.ok ? answered.value.status : failure !== null && 'status' in failure ? failure.status : null;
  if (status === null) return { answer: failure?.type ?? '', isTaken: false, isGone: false };
  return { answer: String(status), isTaken: status >= 200 && status < 300, isGone: status === 410 };
}
