import { z } from 'zod';
import { fail, ok, type Result } from '../../domain/result.ts';
import { readShape, succeeded } from '../answers.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import { httpsUrl } from '../profile-text.ts';
import type { AppUse, BadCode } from './mastodon-sign-in.ts';
import type { TokenAccount } from './token-account.ts';

/** What following takes; knowing who somebody is takes no permission at all. */
const FOLLOW_PERMISSIONS = 'read:account,write:following';
const PUBLISH_PERMISSIONS = 'read:account,write:notes,write:drive';

const checkSchema = z.object({ ok: z.boolean() });
const grantedSchema = z.object({
  token: z.string().min(1).max(4096),
  user: z.object({ id: z.string().regex(/^[\w-]{1,100}$/), username: z.string().min(1).max(300), host: z.string().nullish(), uri: z.string().max(4096).nullish() }),
});

/** The page on which somebody says yes or no (MiAuth, Misskey ≥ 12.27); `session` is a UUID of ours. */
export function miAuthUrl(
  origin: string,
  { session, name, callback, follow, use = 'people' }: { session: string; name: string; callback: string; follow: boolean; use?: AppUse },
): string {
  const url = new URL(`/miauth/${session}`, origin);
  url.searchParams.set('name', name);
  url.searchParams.set('callback', callback);
  const permission = use === 'bots' ? PUBLISH_PERMISSIONS : follow ? FOLLOW_PERMISSIONS : null;
  if (permission !== null) url.searchParams.set('permission', permission);
  return url.href;
}

/** `POST /api/miauth/{session}/check`, which works once; until somebody said yes, and from then on, it says `ok: false`. */
export async function checkMiAuth(
  origin: string,
  session: string,
  { http, now }: Asking,
): Promise<Result<{ token: string; account: TokenAccount }, BadCode | NetworkFailure>> {
  const answer = succeeded(await http.postJson(`${origin}/api/miauth/${session}/check`, {}), now);
  if (!answer.ok) return answer;
  const checked = readShape(checkSchema, answer.value.body, 'miauth');
  if (!checked.ok) return checked;
  if (!checked.value.ok) return fail({ type: 'bad-code' });
  const granted = readShape(grantedSchema, answer.value.body, 'miauth');
  if (!granted.ok) return granted;
  const { token, user } = granted.value;
  if (user.host) return fail({ type: 'unreadable', detail: 'miauth-user' });
  // `ApRendererService` builds a local actor's id from the account's; only the newest tell it.
  const actorUri = httpsUrl(user.uri) ?? `${origin}/users/${user.id}`;
  return ok({ token, account: { user: user.username, actorUri, profileUrl: null } });
}
