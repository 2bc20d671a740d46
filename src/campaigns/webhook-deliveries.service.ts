import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { MINUTE, SECOND } from '../domain/durations.ts';
import type { Result } from '../domain/result.ts';
import { isGivenUp, nextDeliveryAt } from '../domain/webhook-retries.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp, HttpAnswer, HttpFailure } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { Timelines } from './timelines.query.ts';
import { GONE, WebhookDelivery, type Silence, type WITHHELD } from './webhook-delivery.entity.ts';
import { webhookHeaders } from './webhook-signature.ts';
import { Webhook } from './webhook.entity.ts';
import { WEBHOOK_QUEUE, Webhooks } from './webhooks.service.ts';

/** A worker that has a message for so long has died: an attempt takes seconds. */
const CLAIMED_FOR = 10 * MINUTE;
/** By so much the queue's clock, which is the database's, may be ahead. */
const CLOCKS_APART = 5 * SECOND;
/** What has been due for so long is not in the queue any more, or never came there. */
const LOST_AFTER = 5 * MINUTE;
const AT_ONCE = 500;

/** What came of one attempt: for whoever reads of it, and whether it was taken. `gone`: nobody wants any more. */
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
    private readonly timelines: Timelines,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** One attempt, if it is due; the next one is planned where it comes to nothing. */
  async deliver(id: string): Promise<void> {
    const delivery = await this.claim(id);
    if (delivery === null) return;
    const why = await this.whyNot(delivery);
    if (why !== null) return this.withhold(delivery, why);
    const target = await this.webhooks.open(delivery.webhook);
    if (target === null) return this.withhold(delivery, 'no-key');
    const { payload } = delivery;
    const headers = webhookHeaders({ id, at: this.clock.now(), body: JSON.stringify(payload), secret: target.secret });
    const outcome = outcomeOf(await this.http.postJson(target.url, payload, { accept: '*/*', headers }));
    await (outcome.isTaken ? this.taken(delivery, outcome) : this.refused(delivery, outcome));
  }

  /** Hands over again what is long due: the queue gave it up, or a process died before it came there, or with it. */
  async handOverAgain(): Promise<void> {
    const nextAt = LessThanOrEqual(new Date(this.clock.now().getTime() - LOST_AFTER));
    const deliveries = this.database.getRepository(WebhookDelivery);
    await this.queue.sendEach(WEBHOOK_QUEUE, (id) =>
      deliveries.find({ select: { id: true }, where: { state: 'waiting', nextAt, id: MoreThan(id) }, order: { id: 'ASC' }, take: AT_ONCE }),
    );
  }

  /** One worker has it at a time, however often the queue brings it. Null: another one has, it is done, or not due yet. */
  private async claim(id: string): Promise<WebhookDelivery | null> {
    const deliveries = this.database.getRepository(WebhookDelivery);
    const delivery = await deliveries.findOne({ where: { id, state: 'waiting' }, relations: { webhook: { campaign: true } } });
    const now = this.clock.now().getTime();
    if (delivery === null || delivery.nextAt === null || delivery.nextAt.getTime() > now + CLOCKS_APART) return null;
    const claimed = await deliveries.update({ id, state: 'waiting', nextAt: delivery.nextAt }, { nextAt: new Date(now + CLAIMED_FOR) });
    return claimed.affected === 1 ? delivery : null;
  }

  /**
   * Why it is not sent, if so. Between the plan and now, a moderator may have hidden it, or whoever told it taken it back. Of a hidden
   * campaign nothing is told, and nothing later of what was known before it was shown again.
   */
  private async whyNot({ occasion, payload, webhook }: WebhookDelivery): Promise<(typeof WITHHELD)[number] | null> {
    const { campaign, disabledAt } = webhook;
    if (campaign.hiddenAt !== null) return 'hidden';
    if (payload['type'] !== 'test') {
      const told = (await this.timelines.occasions(campaign)).filter((each) => each.occasion === occasion);
      if (told.length === 0) return 'withdrawn';
      const { shownAgainAt } = campaign;
      if (shownAgainAt !== null && told.every(({ since }) => since < shownAgainAt)) return 'hidden';
    }
    return disabledAt === null ? null : 'disabled';
  }

  private async taken({ id, attempts, webhook }: WebhookDelivery, { answer }: Outcome): Promise<void> {
    const done = { state: 'delivered', answer, attempts: attempts + 1, triedAt: this.clock.now(), nextAt: null } as const;
    await this.database.getRepository(WebhookDelivery).update({ id }, done);
    await this.database.getRepository(Webhook).update({ id: webhook.id }, { failingSince: null });
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

  private async withhold({ id }: WebhookDelivery, answer: (typeof WITHHELD)[number]): Promise<void> {
    await this.database.getRepository(WebhookDelivery).update({ id }, { state: 'failed', answer, nextAt: null });
  }
}

/** Any 2xx is a yes, whatever is in it; a redirect is not followed. */
function outcomeOf(answered: Result<HttpAnswer, HttpFailure>): Outcome {
  const answer = answered.ok ? answered.value.status : 'status' in answered.error ? answered.error.status : answered.error.type;
  if (typeof answer !== 'number') return { answer: answer satisfies Silence, isTaken: false, isGone: false };
  return { answer: String(answer), isTaken: answer >= 200 && answer < 300, isGone: String(answer) === GONE };
}
