import { setTimeout as pause } from 'node:timers/promises';
import { createRestAPIClient, MastoHttpError, MastoTimeoutError, type mastodon } from 'masto';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { POST_RULES, withServerLimits } from '../../domain/post-length.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { codeOf } from '../../platform/http-body.ts';
import { withDeadline } from '../../platform/http-deadline.ts';
import { readShape, succeeded } from '../answers.ts';
import type { NetworkFailure } from '../network.ts';
import { nodeInfo } from '../nodeinfo.ts';
import { httpsUrl } from '../profile-text.ts';
import { hasLink, publishFailure, published, type BotAccount, type OutgoingPost, type Published, type PublishedPost, type Publisher, type PublisherAsking, type PublishingLimits } from './publisher.ts';

type Asked = PublisherAsking & { readonly dispatcher: Dispatcher };

const TIMEOUT_MILLISECONDS = 20_000;
/** For a picture to get there and be ready (`202` of `POST /api/v2/media`); a server that is still at it then is not waited for. */
const PICTURE_MILLISECONDS = 60_000;
/** Before it is asked for the first time, and at most: twice as long each time. */
const POLL_MILLISECONDS = { first: 500, most: 8_000 };
/** Known to answer a key again with the same post: mastodon (PostStatusService) and its forks, hollo, pleroma (IdempotencyPlug). */
const KEEP_KEYS = ['mastodon', 'hometown', 'fedibird', 'glitchcafe', 'hollo', 'pleroma', 'akkoma'];
/** Mastodon's MediaAttachment::MAX_DESCRIPTION_LENGTH. */
const ALT_LENGTH = 1_500;
const LISTED = 40;
const MOST_PAGES = 5;

const instanceSchema = z.object({
  configuration: z.object({
    statuses: z.object({ max_characters: z.number().int().positive(), characters_reserved_per_url: z.number().int().positive() }),
    media_attachments: z.object({ image_size_limit: z.number().int().positive().optional().catch(undefined), description_limit: z.number().int().positive().optional().catch(undefined) }).optional(),
  }),
});
const statusSchema = z.object({
  id: z.string().min(1).max(100),
  url: z.string().max(4096).nullish(),
  uri: z.string().max(4096).nullish(),
  content: z.string().max(200_000).optional(),
  created_at: z.coerce.date(),
});
const toldSchema = statusSchema.extend({ mentions: z.array(z.unknown()).max(100) });
const accountSchema = z.object({ id: z.string().min(1).max(100) });
const mediaSchema = z.object({ id: z.string().min(1).max(100), url: z.string().nullish() });

/** Publishes by Mastodon's API (`POST /api/v1/statuses`, `POST /api/v2/media`), which its relatives speak too. */
export function mastodonPublisher({ origin, token }: BotAccount, asking: Asked): Publisher {
  const asked = { ...asking, http: withDeadline(asking.http, asking.until) };
  const client = createRestAPIClient({
    url: origin,
    accessToken: token,
    timeout: TIMEOUT_MILLISECONDS,
    requestInit: { signal: asked.until, redirect: 'manual', headers: { 'accept-encoding': 'identity' }, ...({ dispatcher: asked.dispatcher } as object) },
  });
  const call = <T>(what: string, shape: z.ZodType<T>, work: Promise<unknown>): Published<T> => answered(work, what, shape, asked.now);
  const own = (): Published<{ id: string }> => call('account', accountSchema, client.v1.accounts.verifyCredentials());
  return {
    async check() {
      const account = await own();
      return account.ok ? ok(null) : account;
    },
    limits: () => limits(origin, asked),
    async upload({ png, alt }) {
      const file = new Blob([new Uint8Array(png)], { type: 'image/png' });
      const until = AbortSignal.any([asked.until, AbortSignal.timeout(PICTURE_MILLISECONDS)]);
      const requestInit = { signal: until };
      const sent = await call('media', mediaSchema, client.v2.media.create({ file, description: alt, skipPolling: true }, { requestInit }));
      if (!sent.ok || sent.value.url) return sent.ok ? ok(sent.value.id) : sent;
      return whenProcessed(sent.value.id, until, (id) => call('media', mediaSchema, client.v1.media.$select(id).fetch(undefined, { requestInit })));
    },
    async publish(post, key) {
      const requestInit = { headers: { 'idempotency-key': key } };
      const sent = await call('status', statusSchema, client.v1.statuses.create(statusOf(post), { requestInit }));
      return sent.ok ? ok(postOf(sent.value, origin)) : sent;
    },
    async tell({ handle, text, language }, key) {
      const requestInit = { headers: { 'idempotency-key': key } };
      const status = { status: `@${handle} ${text}`, visibility: 'direct', language } as const;
      const sent = await call('status', toldSchema, client.v1.statuses.create(status, { requestInit }));
      if (!sent.ok) return sent;
      // Whom Mastodon cannot find it does not mention (ProcessMentionsService): the status is there then, and nobody's.
      return sent.value.mentions.length === 0 ? fail({ type: 'rejected', detail: 'nobody-mentioned' }) : ok(null);
    },
    async edit(id, post) {
      const { status, mediaIds, language } = statusOf(post);
      const edited = await call('status', statusSchema, client.v1.statuses.$select(id).update({ status, mediaIds, language } as mastodon.rest.v1.UpdateStatusParams));
      return edited.ok ? ok(null) : edited;
    },
    async find(link, since) {
      const account = await own();
      return account.ok ? findAmong({ origin, id: account.value.id }, link, since, asked) : account;
    },
  };
}

function statusOf({ text, language, visibility, quotes, pictureId }: OutgoingPost): mastodon.rest.v1.CreateStatusParams & { status: string; mediaIds: string[] } {
  const quoting = { quoteApprovalPolicy: quotes };
  return { status: text, language, visibility, mediaIds: pictureId === null ? [] : [pictureId], ...quoting };
}

function postOf({ id, url, uri }: z.infer<typeof statusSchema>, origin: string): PublishedPost {
  return { id, url: httpsUrl(url ?? uri) ?? origin };
}

async function limits(origin: string, { http, now }: Asked): Published<PublishingLimits> {
  const answer = succeeded(await http.getJson(`${origin}/api/v2/instance`), now);
  if (!answer.ok && answer.error.type !== 'gone' && answer.error.type !== 'refused') return fail(publishFailure(answer.error));
  const told = answer.ok ? instanceSchema.safeParse(answer.value.body).data?.configuration : undefined;
  const server = await nodeInfo(new URL(origin).host, http, now);
  return ok({
    text: withServerLimits(POST_RULES.mastodon, {
      maxCharacters: told?.statuses.max_characters ?? null,
      urlCharacters: told?.statuses.characters_reserved_per_url ?? null,
    }),
    pictureBytes: told?.media_attachments?.image_size_limit ?? null,
    altLength: told?.media_attachments?.description_limit ?? ALT_LENGTH,
    keepsKeys: server.ok && KEEP_KEYS.includes(server.value.software),
    canEdit: true,
  });
}

async function whenProcessed(id: string, until: AbortSignal, look: (id: string) => Published<z.infer<typeof mediaSchema>>): Published<string> {
  for (let wait = POLL_MILLISECONDS.first; !until.aborted; wait = Math.min(2 * wait, POLL_MILLISECONDS.most)) {
    // Rejects only because the time is over, which the loop sees for itself.
    await pause(wait, undefined, { signal: until }).catch(() => undefined);
    const media = await look(id);
    if (media.ok && media.value.url) return ok(id);
    if (!media.ok && !until.aborted) return media;
  }
  return fail({ type: 'rejected', detail: 'picture-processing' });
}

/** Anybody may read them, so that the token needs no permission for it. */
async function findAmong(account: { origin: string; id: string }, link: string, since: Date, { http, now }: Asked): Published<PublishedPost | null> {
  let before = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(LISTED), exclude_reblogs: 'true', ...(before !== '' && { max_id: before }) });
    const answer = succeeded(await http.getJson(`${account.origin}/api/v1/accounts/${encodeURIComponent(account.id)}/statuses?${String(query)}`), now);
    const listed = answer.ok ? readShape(z.array(statusSchema).max(100), answer.value.body, 'statuses') : answer;
    if (!listed.ok) return published(listed);
    const found = listed.value.find(({ content }) => hasLink(content ?? '', link));
    if (found !== undefined) return ok(postOf(found, account.origin));
    const last = listed.value.at(-1);
    if (last === undefined || last.created_at < since) return ok(null);
    before = last.id;
  }
  return fail({ type: 'no-answer', detail: 'too-many-posts' });
}

/** What became of a call of masto's, which throws whatever is not a success. */
async function answered<T>(work: Promise<unknown>, what: string, shape: z.ZodType<T>, now: Date): Published<T> {
  try {
    return published(readShape(shape, snakeCased(await work), what));
  } catch (error) {
    return fail(publishFailure(failureOf(error, now)));
  }
}

function failureOf(error: unknown, now: Date): NetworkFailure {
  if (error instanceof MastoTimeoutError) return { type: 'unreachable', detail: 'timeout' };
  if (error instanceof MastoHttpError) return statusFailure(error, now);
  if (error instanceof DOMException && error.name === 'AbortError') return { type: 'unreachable', detail: 'aborted' };
  const code = codeOf(error) ?? codeOf((error as Error).cause);
  // Whatever else is thrown comes from an answer that masto cannot read: a page of a proxy, say.
  return { type: 'unreachable', detail: code ?? 'unreadable' };
}

/** Masto's error keeps the answer as its cause, and no headers of its own. */
function statusFailure({ statusCode, cause }: MastoHttpError, now: Date): NetworkFailure {
  const headers = new Map(cause instanceof Response ? cause.headers : []);
  const answer: Result<never, NetworkFailure> | ReturnType<typeof succeeded> = succeeded(ok({ status: statusCode, headers, url: '', body: null }), now);
  return answer.ok ? { type: 'unreachable', detail: 'unreadable' } : answer.error;
}

/** Masto turns names into camelCase; what is read here is named as the server does. */
function snakeCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), each]));
}
