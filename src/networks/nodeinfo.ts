import { z } from 'zod';
import { fail, type Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { readShape, succeeded } from './answers.ts';
import type { NetworkFailure } from './network.ts';

export interface NodeInfo {
  /** As in the NodeInfo schema (`mastodon`, `misskey`, …), lower-case. */
  readonly software: string;
}

const linksSchema = z.object({ links: z.array(z.object({ rel: z.string(), href: z.string() })).max(50) });
const nodeInfoSchema = z
  .object({ software: z.object({ name: z.string().min(1).max(100) }) })
  .transform(({ software }): NodeInfo => ({ software: software.name.toLowerCase() }));

const FEDERATION = { federation: true };
const SCHEMA = /^https?:\/\/nodeinfo\.diaspora\.software\/ns\/schema\/(\d\.\d)$/;

/**
 * Which software a host runs (NodeInfo protocol, `/.well-known/nodeinfo` → schema 2.1, 2.0, 1.x).
 * The document must be on the host itself. Misskey answers 403 (`refused`) while its federation is off.
 */
export async function nodeInfo(host: string, http: GuardedHttp, now: Date): Promise<Result<NodeInfo, NetworkFailure>> {
  const wellKnown = succeeded(await http.getJson(`https://${host}/.well-known/nodeinfo`, FEDERATION), now);
  if (!wellKnown.ok) return wellKnown;
  const listed = readShape(linksSchema, wellKnown.value.body, 'nodeinfo-links');
  if (!listed.ok) return listed;
  const [newest] = listed.value.links
    .filter(({ rel, href }) => SCHEMA.test(rel) && isOn(href, [`https://${host}`, wellKnown.value.url]))
    .sort((a, b) => (a.rel < b.rel ? 1 : -1));
  if (!newest) return fail({ type: 'unreadable', detail: 'nodeinfo-links' });
  const document = succeeded(await http.getJson(newest.href, FEDERATION), now);
  return document.ok ? readShape(nodeInfoSchema, document.value.body, 'nodeinfo') : document;
}

function isOn(address: string, places: readonly string[]): boolean {
  return URL.canParse(address) && places.some((place) => new URL(place).origin === new URL(address).origin);
}
