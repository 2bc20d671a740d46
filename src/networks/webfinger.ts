import { z } from 'zod';
import { handleText, parseFediverseHandle, sameHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { GuardedHttp, RequestOptions } from '../platform/http.ts';
import { readShape, succeeded } from './answers.ts';
import type { NetworkFailure } from './network.ts';
import { httpsUrl } from './profile-text.ts';

/** What an account's own host says about it. */
export interface WebFinger {
  /** The canonical handle, in the server's casing. */
  readonly handle: FediverseHandle;
  /** ActivityPub id; its origin is where the account's API lives, often not on the handle's host. */
  readonly actorUri: string | null;
  /** As {@link actorUri}, save that of a person and a community of one name it is the person's. */
  readonly personUri: string | null;
  readonly profileUrl: string | null;
  readonly links: readonly WebFingerLink[];
}

export interface WebFingerLink {
  readonly rel: string;
  readonly type: string | null;
  readonly href: string | null;
  readonly template: string | null;
}

const JRD = 'application/jrd+json, application/json;q=0.9';
const ACTIVITY_TYPE =
  /^application\/(activity\+json|ld\+json;\s*profile="https:\/\/www\.w3\.org\/ns\/activitystreams")$/;

/** Lemmy tells a person and a community of one name apart by it, and means the community to be followed from elsewhere. */
const ACTOR_TYPE = 'https://www.w3.org/ns/activitystreams#type';

const text = z.string().max(4096);
const optionalText = text.nullish().catch(null).transform((value) => value ?? null);
const properties = z.record(z.string(), z.unknown()).nullish().catch(null);
const linkSchema = z.object({ rel: text, type: optionalText, href: optionalText, template: optionalText, properties });
const jrdSchema = z.object({
  subject: optionalText,
  links: z.array(z.unknown()).max(200).default([]),
});

/**
 * Asks a handle's host who the account is (RFC 7033). When the answer's subject is another handle, that one's
 * host must confirm it, as Mastodon's ResolveAccountService demands, or anybody could claim anybody.
 * A matching subject is no proof of the name by itself: PeerTube and Lemmy echo whatever was asked.
 * `signal` is for those who can wait less than the client does.
 */
export async function webfinger(
  asked: FediverseHandle,
  http: GuardedHttp,
  now: Date,
  signal?: AbortSignal,
): Promise<Result<WebFinger, NetworkFailure>> {
  const claimed = await ask(asked, http, now, signal);
  if (!claimed.ok || sameHandle(claimed.value.handle, asked)) return claimed;
  const confirmed = await ask(claimed.value.handle, http, now, signal);
  if (!confirmed.ok) return confirmed;
  const agree =
    sameHandle(confirmed.value.handle, claimed.value.handle) && confirmed.value.actorUri === claimed.value.actorUri;
  return agree ? confirmed : fail({ type: 'unreadable', detail: 'webfinger-subject' });
}

/** The ActivityPub id of a handle's account. */
export async function actorUriOf(
  handle: FediverseHandle,
  http: GuardedHttp,
  now: Date = new Date(),
): Promise<Result<string, NetworkFailure>> {
  const found = await webfinger(handle, http, now);
  if (!found.ok) return found;
  const { actorUri } = found.value;
  return actorUri === null ? fail({ type: 'unreadable', detail: 'webfinger-self' }) : ok(actorUri);
}

async function ask(
  handle: FediverseHandle,
  http: GuardedHttp,
  now: Date,
  signal: AbortSignal | undefined,
): Promise<Result<WebFinger, NetworkFailure>> {
  const options = { accept: JRD, federation: true, ...(signal && { signal }) };
  const resource = encodeURIComponent(`acct:${handleText(handle)}`);
  const address = `https://${handle.host}/.well-known/webfinger?resource=${resource}`;
  const answer = succeeded(await http.getJson(address, options), now);
  if (answer.ok) return read(answer.value.body, handle);
  if (isStatus(answer.error, 400)) return fail({ type: 'gone' });
  if (answer.error.type !== 'gone') return answer;
  const template = await hostMetaTemplate(handle.host, http, options);
  const other = template?.replaceAll('{uri}', resource);
  if (other === undefined || other === address) return answer;
  const second = succeeded(await http.getJson(other, options), now);
  return second.ok ? read(second.value.body, handle) : second;
}

/** Pixelfed answers 400 for names that it does not know; the question itself is well formed (RFC 7033, 4.2). */
function isStatus(failure: NetworkFailure, status: number): boolean {
  return failure.type === 'unreadable' && failure.detail === `status-${status}`;
}

/** Where RFC 6415 says that the host's WebFinger is; hosts without a host-meta are the rule, so no failure is told. */
async function hostMetaTemplate(host: string, http: GuardedHttp, options: RequestOptions): Promise<string | null> {
  const asked = { ...options, accept: 'application/xrd+xml' };
  const answer = await http.getText(`https://${host}/.well-known/host-meta`, asked);
  if (!answer.ok || answer.value.status !== 200) return null;
  const link = answer.value.body.match(/<Link\b[^<>]*>/gi)?.find((tag) => /\brel=["']lrdd["']/i.test(tag)) ?? '';
  const template = /\btemplate=["']([^"']+)["']/i.exec(link)?.[1];
  return template?.replaceAll('&amp;', '&') ?? null;
}

function read(body: unknown, asked: FediverseHandle): Result<WebFinger, NetworkFailure> {
  const jrd = readShape(jrdSchema, body, 'webfinger');
  if (!jrd.ok) return jrd;
  const links = jrd.value.links.flatMap((link) => linkSchema.safeParse(link).data ?? []);
  const subject = parseFediverseHandle(jrd.value.subject ?? '');
  const actors = links.filter(({ rel, type }) => rel === 'self' && ACTIVITY_TYPE.test(type ?? ''));
  const isGroup = (link: (typeof links)[number]): boolean => link.properties?.[ACTOR_TYPE] === 'Group';
  const self = actors.find(isGroup) ?? actors[0];
  const person = actors.find((link) => !isGroup(link)) ?? self;
  const page = links.find(({ rel }) => rel === 'http://webfinger.net/rel/profile-page');
  return ok({
    handle: subject.ok ? subject.value : asked,
    actorUri: httpsUrl(self?.href),
    personUri: httpsUrl(person?.href),
    profileUrl: httpsUrl(page?.href),
    links,
  });
}
