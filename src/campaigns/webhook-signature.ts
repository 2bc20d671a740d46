import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** 192 random bits, as Standard Webhooks writes secrets. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(24).toString('base64')}`;
}

/**
 * The headers that sign a message: HMAC-SHA-256 of `<id>.<Unix seconds>.<body>` (Standard Webhooks, “Signature scheme”). `body`
 * is exactly what is sent.
 */
export function webhookHeaders({ id, at, body, secret }: { id: string; at: Date; body: string; secret: string }): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
