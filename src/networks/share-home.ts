import type { FediverseHandle } from '../domain/handle.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { fillTemplate, hostOf, isOnOneOf, templateOf } from './intent-template.ts';
import { webfinger } from './webfinger.ts';

/** Where a person writes posts. */
export interface ShareHome {
  /** Where their account lives, which may be another host than their handle's. */
  readonly host: string;
  /** The page of their server that opens with a new post in it; null where the server names none on a host of its own. */
  pageFor(post: { text: string; title: string }): string | null;
}

const CREATE = 'https://w3id.org/fep/3b86/Create';

/**
 * What a person's own server says about where they write, by WebFinger (FEP-3b86, `Create`: `{content}`, `{name}`, `{type}`).
 * A page without room for the text is none. Where the server says nothing, the handle's host is all that is known.
 */
export async function shareHome(handle: FediverseHandle, http: GuardedHttp, now: Date): Promise<ShareHome> {
  const found = await webfinger(handle, http, now);
  if (!found.ok) return { host: handle.host, pageFor: () => null };
  const host = hostOf(found.value.personUri) ?? handle.host;
  const template = templateOf(found.value.links, CREATE);
  return {
    host,
    pageFor: ({ text, title }) => {
      if (template?.includes('{content}') !== true) return null;
      const page = fillTemplate(template, { content: text, name: title, type: 'Note' });
      return isOnOneOf(page, [handle.host, found.value.handle.host, host]) ? page : null;
    },
  };
}
