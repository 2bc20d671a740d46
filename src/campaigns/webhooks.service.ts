import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf, stillCurrent } from '../platform/key-ring.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { Campaign } from './campaign.entity.ts';
import { Timelines, type ToldOccasion } from './timelines.query.ts';
import { WebhookDelivery } from './webhook-delivery.entity.ts';
import { newWebhookSecret } from './webhook-signature.ts';
import { Webhook, type WebhookTarget } from './webhook.entity.ts';

/** The queue of messages to deliver, by the id of their row. */
export const WEBHOOK_QUEUE = 'webhook';

const MOST = 5;
const SHOWN = 20;

/** HTTPS on its own port, to a name; where it leads is looked at when it is connected to. */
const urlSchema = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain })
  .max(2_000)
  .refine((url) => URL.canParse(url) && new URL(url).port === '' && new URL(url).username === '' && new URL(url).password === '');

export type WebhookFailure = { type: 'bad-url' } | { type: 'too-many' };

/** A webhook as its campaigner sees it: the secret is told once, when it is made. */
export interface WebhookView {
  readonly webhook: Webhook;
  /** Null: its key is gone. */
  readonly host: string | null;
  /** Newest first. */
  readonly deliveries: readonly WebhookDelivery[];
}

/** Addresses that are told what happens in a campaign. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly keyRing: KeyRing,
    private readonly queue: Queue,
    private readonly timelines: Timelines,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The secret with which everything is signed that is sent there. */
  async add(campaignId: string, typed: string): Promise<Result<{ secret: string }, WebhookFailure>> {
    const url = urlSchema.safeParse(typed.trim());
    if (!url.success) return fail({ type: 'bad-url' });
    const [id, secret] = [newId(), newWebhookSecret()];
    return this.database.transaction(async (manager) => {
      await manager.findOneOrFail(Campaign, { where: { id: campaignId }, lock: { mode: 'pessimistic_write' } });
      if ((await manager.countBy(Webhook, { campaign: { id: campaignId } })) >= MOST) return fail({ type: 'too-many' });
      const keys = await stillCurrent(manager, this.keyRing);
      const target: WebhookTarget = { url: url.data, secret };
      const sealed = keys.seal(placeOf('webhook', 'sealed', id), JSON.stringify(target));
      await manager.insert(Webhook, { id, campaign: { id: campaignId }, sealed, createdAt: this.clock.now(), failingSince: null, disabledAt: null });
      return ok({ secret });
    });
  }

  async remove(campaignId: string, id: string): Promise<void> {
    await this.database.getRepository(Webhook).delete({ id, campaign: { id: campaignId } });
  }

  /** Sends a message that says that it is a test; one that was given up is tried again with it. */
  async test(campaignId: string, id: string): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const found = await manager.update(Webhook, { id, campaign: { id: campaignId } }, { disabledAt: null, failingSince: null });
      if (found.affected === 1) await this.send(manager, id, `test-${newId()}`, { type: 'test', timestamp: this.clock.now().toISOString(), data: {} });
      return found.affected === 1;
    });
  }

  async list(campaignId: string): Promise<WebhookView[]> {
    const webhooks = await this.database.getRepository(Webhook).find({ where: { campaign: { id: campaignId } }, order: { createdAt: 'ASC' } });
    return Promise.all(
      webhooks.map(async (webhook) => ({
        webhook,
        host: new URL((await this.open(webhook))?.url ?? 'https://-').host.replace(/^-$/, '') || null,
        deliveries: await this.database.getRepository(WebhookDelivery).find({ where: { webhook: { id: webhook.id } }, order: { createdAt: 'DESC', id: 'DESC' }, take: SHOWN }),
      })),
    );
  }

  /** Has each webhook of a campaign told of all that happened since it was made and that it has not been told of. */
  async plan(campaignId: string): Promise<void> {
    const campaign = await this.database.getRepository(Campaign).findOneBy({ id: campaignId });
    const webhooks = await this.database.getRepository(Webhook).findBy({ campaign: { id: campaignId }, disabledAt: IsNull() });
    if (campaign === null || !isPublic(campaign) || webhooks.length === 0) return;
    const occasions = await this.timelines.occasions(campaign);
    for (const { id, createdAt } of webhooks) {
      await this.database.transaction(async (manager) => {
        for (const told of occasions.filter(({ since }) => since >= createdAt)) await this.send(manager, id, told.occasion, this.payloadOf(campaign, told));
      });
    }
  }

  /** Where its messages go; null: its key is gone. */
  async open({ id, sealed }: Webhook): Promise<WebhookTarget | null> {
    const text = await this.keyRing.open(placeOf('webhook', 'sealed', id), sealed);
    return text === null ? null : (JSON.parse(text) as WebhookTarget);
  }

  /** Once for each occasion. */
  private async send(manager: EntityManager, webhookId: string, occasion: string, payload: Record<string, unknown>): Promise<void> {
    const [id, now] = [newId(), this.clock.now()];
    const values = { id, webhook: { id: webhookId }, occasion, payload, state: 'waiting' as const, attempts: 0, answer: null, createdAt: now, triedAt: null, nextAt: now };
    // TypeORM's type for inserts wants to know what is inside of a JSON column.
    const added = await manager.createQueryBuilder().insert().into(WebhookDelivery).values(values as QueryDeepPartialEntity<WebhookDelivery>).orIgnore().returning('id').execute();
    if ((added.raw as unknown[]).length > 0) await this.queue.send(WEBHOOK_QUEUE, { id }, { within: manager });
  }

  private payloadOf({ slug, title }: Campaign, { kind, at, value }: ToldOccasion): Record<string, unknown> {
    const campaign = { slug, title, url: `${this.config.publicUrl}/c/${slug}` };
    return { type: 'campaign.milestone', timestamp: at.toISOString(), data: { campaign, milestone: { kind, at: at.toISOString(), value } } };
  }
}
