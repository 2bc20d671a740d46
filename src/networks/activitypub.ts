import { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { readShape, succeeded } from './answers.ts';
import type { NetworkFailure } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

/** An account as ActivityPub shows it; `id` and `followersUri` are on the origin that served it. */
export interface Actor {
  readonly id: string;
  readonly url: string;
  readonly user: string | null;
  readonly displayName: string;
  readonly pictureUrl: string | null;
  readonly links: readonly string[];
  /** What its owner wrote of themselves, as HTML or plain text: the text, then the fields. */
  readonly texts: readonly string[];
  /** Null when the account has no followers collection to show. */
  readonly followersUri: string | null;
  /** Ids that the account says to have had (Mastodon's Move). */
  readonly alsoKnownAs: readonly string[];
  /** Sites that may name the account as the author of their pages (Mastodon ≥ 4.3, `toot:attributionDomains`). */
  readonly attributionDomains: readonly string[];
}

const ACTIVITY_JSON = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const ACTOR_TYPES = ['Person', 'Service', 'Group', 'Organization', 'Application'];

const anything = z.unknown().optional();
const oneOrMany = anything.transform((value) => (Array.isArray(value) ? (value as unknown[]).slice(0, 100) : [value]));
const optionalText = z.string().max(100_000).nullish().catch(null);

const actorSchema = z.object({
  id: z.string().max(2048),
  type: oneOrMany,
  preferredUsername: optionalText,
  name: optionalText,
  summary: optionalText,
  url: oneOrMany,
  icon: oneOrMany,
  attachment: oneOrMany,
  followers: anything,
  movedTo: anything,
  alsoKnownAs: oneOrMany,
  attributionDomains: oneOrMany,
  suspended: z.boolean().nullish().catch(null),
});

/** `url` is where it was found in the end; `isActivity` whether it was served as an ActivityStreams document. */
export interface FetchedDocument {
  readonly url: string;
  readonly isActivity: boolean;
  readonly body: unknown;
}

/**
 * Fetches an ActivityStreams document, signed by the site's actor: servers with authorized fetch answer nobody else,
 * and some answer anybody else with less (docs/adr/0009).
 */
export async function fetchDocument(
  uri: string,
  http: GuardedHttp,
  now: Date,
): Promise<Result<FetchedDocument, NetworkFailure>> {
  const answer = succeeded(await http.getJson(uri, { accept: ACTIVITY_JSON, signed: true, federation: true }), now);
  if (!answer.ok) return answer;
  const { url, body, headers } = answer.value;
  return ok({ url, isActivity: isActivityType(headers.get('content-type') ?? ''), body });
}

function isActivityType(contentType: string): boolean {
  const type = contentType.toLowerCase();
  if (type.startsWith('application/ld+json')) return type.includes('https://www.w3.org/ns/activitystreams');
  return type.startsWith('application/activity+json');
}

/**
 * Fetches an actor (ActivityPub 3.2 and 4.1; Mastodon's `toot:suspended` and `movedTo`).
 * Its id must be on the origin that served it, or the document speaks for somebody else.
 */
export async function fetchActor(uri: string, http: GuardedHttp, now: Date): Promise<Result<Actor, NetworkFailure>> {
  const document = await fetchDocument(uri, http, now);
  if (!document.ok) return document;
  // Other JSON on the same origin may be a file that somebody uploaded, and must not pass for an actor.
  if (!document.value.isActivity) return fail({ type: 'unreadable', detail: 'not-activity-json' });
  const parsed = readShape(actorSchema, document.value.body, 'actor');
  if (!parsed.ok) return parsed;
  const actor = parsed.value;
  if (actor.type.includes('Tombstone')) return fail({ type: 'deleted' });
  if (!actor.type.some((type) => ACTOR_TYPES.includes(String(type)))) {
    return fail({ type: 'unreadable', detail: 'actor-type' });
  }
  const followersUri = idOf(actor.followers);
  if (!sameOrigin(actor.id, document.value.url) || (followersUri !== null && !sameOrigin(followersUri, actor.id))) {
    return fail({ type: 'unreadable', detail: 'actor-origin' });
  }
  if (actor.suspended) return fail({ type: 'suspended' });
  const movedTo = idOf(actor.movedTo);
  return movedTo === null ? ok(toActor(actor, followersUri)) : fail({ type: 'moved', to: movedTo });
}

function toActor(actor: z.infer<typeof actorSchema>, followersUri: string | null): Actor {
  const fields = actor.attachment.map((field) => textOf(field, 'value'));
  const summary = actor.summary ?? '';
  return {
    id: actor.id,
    url: firstUrl(actor.url) ?? actor.id,
    user: actor.preferredUsername ?? null,
    displayName: displayNameOf(actor.name, actor.preferredUsername ?? ''),
    pictureUrl: firstUrl(actor.icon),
    links: linksIn([...fields, summary]),
    texts: [summary, ...fields],
    followersUri,
    alsoKnownAs: actor.alsoKnownAs.map(idOf).filter((id) => id !== null),
    attributionDomains: actor.attributionDomains.filter((domain) => typeof domain === 'string'),
  };
}

/** The id of something that is either embedded or named. */
export function idOf(value: unknown): string | null {
  return httpsUrl(typeof value === 'string' ? value : textOf(value, 'id'));
}

/** Whether both addresses are on one HTTPS origin. */
export function sameOrigin(a: string, b: string): boolean {
  return httpsUrl(a) !== null && httpsUrl(b) !== null && new URL(a).origin === new URL(b).origin;
}

/** `url` is an address, a Link with `href`, or an Image with `url`, and each of these may come as a list. */
function firstUrl(values: readonly unknown[]): string | null {
  for (const value of values) {
    const found = httpsUrl(value) ?? httpsUrl(textOf(value, 'href')) ?? httpsUrl(textOf(value, 'url'));
    if (found !== null) return found;
  }
  return null;
}

function textOf(value: unknown, key: string): string {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : '';
}
