import { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { fetchDocument, idOf, sameOrigin, type Actor } from './activitypub.ts';
import { readShape } from './answers.ts';
import type { NetworkFailure } from './network.ts';

const items = z.array(z.unknown()).max(10_000).nullish();
const collectionSchema = z.object({
  type: z.unknown().optional(),
  totalItems: z.number().int().nullish(),
  first: z.unknown().optional(),
  next: z.unknown().optional(),
  items,
  orderedItems: items,
});
type Collection = z.infer<typeof collectionSchema>;

/**
 * `totalItems` of an actor's followers collection (ActivityPub 5.3). A collection that is missing, closed while
 * its actor is open (Misskey answers 403), without a count (GoToSocial) or with −1 is `hidden`, and so is the empty
 * page that Pixelfed gave instead of one until 2023 (pixelfed#4082).
 *
 * It may be served as any JSON, as some Pixelfeds do: its actor named it, so that no stranger can have put it there.
 */
export async function followersCount(
  actor: Actor,
  http: GuardedHttp,
  now: Date,
): Promise<Result<number, NetworkFailure>> {
  const collection = await fetchFollowers(actor, http, now);
  if (!collection.ok) return collection;
  const { totalItems, type } = collection.value;
  if (totalItems === null || totalItems === undefined || totalItems < 0) return fail({ type: 'hidden' });
  return totalItems === 0 && type === 'OrderedCollectionPage' ? fail({ type: 'hidden' }) : ok(totalItems);
}

/**
 * Whether `followerUri` is on the first `maxPages` pages of an actor's followers collection, which servers
 * sort newest first. `hidden` when the pages are not public.
 */
export async function hasFollower(
  actor: Actor,
  followerUri: string,
  maxPages: number,
  http: GuardedHttp,
  now: Date,
): Promise<Result<boolean, NetworkFailure>> {
  for await (const page of followerPages(actor, maxPages, http, now)) {
    if (!page.ok) return page;
    if (followersOn(page.value).some((item) => item === followerUri || idOf(item) === followerUri)) return ok(true);
  }
  return ok(false);
}

/** Where reading a list of followers ends, if the list does not. */
export interface ListLimits {
  readonly followers: number;
  readonly pages: number;
  readonly isOver: () => boolean;
}

/**
 * The hosts of an actor's followers, newest first as servers sort them, one for each follower whose id tells it. `hidden`
 * when the list is not public.
 */
export async function followerHosts(
  actor: Actor,
  { followers, pages, isOver }: ListLimits,
  http: GuardedHttp,
  now: Date,
): Promise<Result<string[], NetworkFailure>> {
  const hosts: string[] = [];
  for await (const page of followerPages(actor, pages, http, now)) {
    if (!page.ok) return page;
    hosts.push(...followersOn(page.value).flatMap((item) => hostOf(idOf(item))));
    if (hosts.length >= followers || isOver()) break;
  }
  return ok(hosts.slice(0, followers));
}

/** Who of `wanted` (ActivityPub ids) is on a list; only where all of it was read does that tell that the others are not. */
export interface Listed {
  readonly found: ReadonlySet<string>;
  readonly isWhole: boolean;
}

/** Servers leave out whom they suspended; one that leaves out more than this does not list all. */
const LISTED_AT_LEAST = 0.9;

/** Looks for people in an actor's whole list of followers, or in as much of it as the limits and its server allow. */
export async function followersAmong(
  actor: Actor,
  wanted: ReadonlySet<string>,
  { pages, isOver }: Pick<ListLimits, 'pages' | 'isOver'>,
  http: GuardedHttp,
  now: Date,
): Promise<Result<Listed, NetworkFailure>> {
  const found = new Set<string>();
  let [read, listed, told] = [0, 0, 0];
  for await (const page of followerPages(actor, pages, http, now)) {
    if (!page.ok) return read <= 1 ? page : ok({ found, isWhole: false });
    read += 1;
    const items = followersOn(page.value);
    listed += items.length;
    told = Math.max(told, page.value.totalItems ?? 0);
    for (const id of items.flatMap((item) => [item, idOf(item)])) if (typeof id === 'string' && wanted.has(id)) found.add(id);
    if (found.size === wanted.size || isOver()) break;
  }
  return ok({ found, isWhole: read <= pages && !isOver() && listed >= told * LISTED_AT_LEAST });
}

/** The collection itself, which may list them all, then its pages; a failure ends them. */
async function* followerPages(
  actor: Actor,
  maxPages: number,
  http: GuardedHttp,
  now: Date,
): AsyncGenerator<Result<Collection, NetworkFailure>> {
  const collection = await fetchFollowers(actor, http, now);
  const isClosed = collection.ok && !listsItems(collection.value) && isAbsent(collection.value.first);
  yield isClosed ? fail({ type: 'hidden' }) : collection;
  let next = collection.ok ? collection.value.first : null;
  for (let read = 0; read < maxPages && !isAbsent(next); read += 1) {
    const page = await fetchPage(next, actor.id, http, now);
    yield page.ok ? page : closedIsHidden(page.error);
    next = page.ok ? page.value.next : null;
  }
}

async function fetchFollowers(actor: Actor, http: GuardedHttp, now: Date): Promise<Result<Collection, NetworkFailure>> {
  if (actor.followersUri === null) return fail({ type: 'hidden' });
  const document = await fetchDocument(actor.followersUri, http, now);
  if (!document.ok) return closedIsHidden(document.error);
  return readShape(collectionSchema, document.value.body, 'followers');
}

/** A page may be embedded in the collection; a page that is named must be on the actor's own server. */
async function fetchPage(
  page: unknown,
  actorUri: string,
  http: GuardedHttp,
  now: Date,
): Promise<Result<Collection, NetworkFailure>> {
  const embedded = collectionSchema.safeParse(page);
  if (embedded.success && listsItems(embedded.data)) return ok(embedded.data);
  const uri = idOf(page);
  if (uri === null || !sameOrigin(uri, actorUri)) return fail({ type: 'unreadable', detail: 'followers-page' });
  const document = await fetchDocument(uri, http, now);
  return document.ok ? readShape(collectionSchema, document.value.body, 'followers-page') : document;
}

function closedIsHidden(failure: NetworkFailure): Result<never, NetworkFailure> {
  return fail(failure.type === 'refused' || failure.type === 'gone' || failure.type === 'deleted' ? { type: 'hidden' } : failure);
}

function followersOn({ orderedItems, items }: Collection): unknown[] {
  return [...(orderedItems ?? []), ...(items ?? [])];
}

function hostOf(uri: string | null): string[] {
  return uri === null ? [] : [new URL(uri).host];
}

function listsItems(page: Collection): boolean {
  return Array.isArray(page.orderedItems) || Array.isArray(page.items);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
