import type { DateStyle, Translator } from '../platform/text.ts';
import { failureWords, type Telling } from './account-words.ts';
import type { AccountFacts } from './campaign-facts.ts';
import { shownHandle, sourceWords, zonedStyle } from './campaign-words.ts';

/** How fresh an account's number is, for anyone who wonders. */
export type FreshnessView = {
  readonly name: string;
  readonly handle: { readonly text: string; readonly url: string };
  readonly last: { readonly at: Date; readonly style: DateStyle; readonly words: string } | null;
  readonly next: string;
  /** How the last try went wrong; null when it did not. */
  readonly failure: string | null;
};

/** The last reading, the next one, and what went wrong since. */
export function freshnessView(account: AccountFacts, telling: Telling, text: Translator): FreshnessView {
  const { latest, networkName, url } = account;
  return {
    name: networkName,
    handle: { text: shownHandle(account), url },
    last: latest && {
      at: latest.at,
      style: zonedStyle(latest.at, telling.now),
      words: text.t('accounts.fresh.last', { n: latest.count, source: sourceWords(account, latest.source, text) }),
    },
    next: nextWords(account, telling, text),
    failure: failedWords(account, telling, text),
  };
}

/** When the account is read again. */
export function nextWords({ tries }: AccountFacts, { campaign, now }: Telling, text: Translator): string {
  if (tries.byPeople) return text.t('accounts.next.people');
  if (tries.nextAt === null) return text.t('accounts.next.none');
  if (tries.nextAt <= now) return text.t('accounts.next.due');
  return text.t('accounts.next.at', { at: text.date(tries.nextAt, zonedStyle(tries.nextAt, now), campaign.timeZone) });
}

function failedWords(account: AccountFacts, { campaign, now }: Telling, text: Translator): string | null {
  const { why, lastAt, failed } = account.tries;
  if (why === null || lastAt === null) return null;
  const at = text.date(lastAt, zonedStyle(lastAt, now), campaign.timeZone);
  return text.t('accounts.failed', { why: failureWords(account, why, text), at, n: failed });
}
