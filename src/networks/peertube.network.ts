import { z } from 'zod';
import { handleText } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded } from './answers.ts';
import {
  ANOTHER_ACCOUNT,
  atSignUrl,
  homeOf,
  orThroughActivityPub,
  parseToText,
  readingBy,
  type LocatedAccount,
} from './fediverse-account.ts';
import { oneByOne } from './many-accounts.ts';
import type { Asking, Network, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

const { find, count } = readingBy(orThroughActivityPub(lookUp));

/** PeerTube, where a person's account and each of their channels have followers of their own. */
export const network: Network = {
  id: 'peertube',
  name: 'PeerTube',
  fediverse: true,
  software: ['peertube'],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  home: homeOf,
  batch: 1,
  onceADay: false,
  method: {
    calls: ['GET /api/v1/accounts/{name}', 'GET /api/v1/video-channels/{name}'],
    signed: 'where-closed',
    suspended: 'as-before',
  },
  find,
  followers: oneByOne(count),
};

const optionalText = z.string().max(100_000).nullish().catch(null);

const accountSchema = z.object({
  name: z.string().min(1).max(300),
  url: z.string().max(2048),
  displayName: optionalText,
  description: optionalText,
  support: optionalText,
  followersCount: z.number().int().nonnegative(),
  avatars: z.array(z.object({ path: optionalText, fileUrl: optionalText, width: z.number().nullish() })).max(20).nullish().catch(null),
});
type PeerTubeAccount = z.infer<typeof accountSchema>;

/** `GET /api/v1/accounts/{name}` or `/api/v1/video-channels/{name}`, as the actor's own address says. */
async function lookUp(account: LocatedAccount, { http, now }: Asking): Promise<Result<Profile, NetworkFailure>> {
  const { origin, pathname } = new URL(account.actorUri);
  const kind = pathname.startsWith('/video-channels/') ? 'video-channels' : 'accounts';
  const address = `${origin}/api/v1/${kind}/${encodeURIComponent(account.handle.user)}`;
  const answer = succeeded(await http.getJson(address), now);
  if (!answer.ok) return answer;
  const found = readShape(accountSchema, answer.value.body, 'account');
  return found.ok ? toProfile(found.value, account) : found;
}

function toProfile(found: PeerTubeAccount, { handle, actorUri, profileUrl }: LocatedAccount): Result<Profile, NetworkFailure> {
  if (found.url !== actorUri) return fail(ANOTHER_ACCOUNT);
  return ok({
    handle: handleText(handle),
    url: profileUrl ?? actorUri,
    actorUri,
    remoteId: null,
    displayName: displayNameOf(found.displayName, found.name),
    pictureUrl: pictureOf(found, actorUri),
    links: linksIn([found.description ?? '', found.support ?? '']),
    followers: found.followersCount,
    limited: false,
  });
}

/** The largest; before PeerTube 7.1 only its path was told. */
function pictureOf({ avatars }: PeerTubeAccount, actorUri: string): string | null {
  const [largest] = (avatars ?? []).toSorted((a, b) => (b.width ?? 0) - (a.width ?? 0));
  if (!largest) return null;
  const path = largest.path ?? '';
  return httpsUrl(largest.fileUrl) ?? (URL.canParse(path, actorUri) ? httpsUrl(new URL(path, actorUri).href) : null);
}
