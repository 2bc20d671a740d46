import { isOld } from '../domain/silence.ts';
import { hasNoCount, toldState } from '../institutions/present-account.ts';
import type { Translator } from '../platform/text.ts';
import type { AccountFacts, CampaignFacts } from './campaign-facts.ts';
import { dayStyle, shownHandle, zonedStyle } from './campaign-words.ts';

/** Something that people must know of an account beside its number. */
export type AccountNote = {
  /** `Mastodon`. */
  readonly name: string;
  readonly words: string;
  /** Where the account is now; the words lead to it. */
  readonly now: { readonly text: string; readonly url: string } | null;
};

/** In which campaign, and when, it is told. */
export type Telling = { readonly campaign: Pick<CampaignFacts['campaign'], 'state' | 'timeZone'>; readonly now: Date };

/** All that is to be said of an account, whole sentences; nothing when it is read as planned. */
export function accountNotes(account: AccountFacts, telling: Telling, text: Translator): AccountNote[] {
  const note = (words: string, now: AccountNote['now'] = null): AccountNote => ({ name: account.networkName, words, now });
  const old = oldWords(account, telling, text);
  const state = stateWords(account, telling, text);
  return [
    ...(account.isElsewhere
      ? [note(text.t(`accounts.note.${account.state === 'renamed' ? 'renamed' : 'moved'}`), { text: shownHandle(account), url: account.url })]
      : []),
    ...(state === null ? [] : [note(state)]),
    ...(old === null ? [] : [note(old)]),
  ];
}

/** The same in a few words, for lists and pictures; null when there is nothing to say. */
export function shortAccountWords(account: AccountFacts, telling: Telling, text: Translator): string | null {
  const { state, latest } = account;
  const handle = shownHandle(account);
  if (hasNoCount(state) || state === 'opted-out') return text.t(`account-states.${toldState(account.network, state)}`);
  if (latest === null) return text.t('account-states.unread');
  if (isUnread(account, telling)) {
    const at = text.date(latest.at, dayStyle(latest.at, telling.now), telling.campaign.timeZone);
    return text.t('account-states.since', { at });
  }
  if (account.isElsewhere) return text.t(`account-states.${state === 'renamed' ? 'renamed' : 'moved'}`, { handle });
  return state === 'moved' ? text.t('account-states.moved-away') : null;
}

/** Why an account was not read the last time, in words that follow a colon. */
export function failureWords(account: AccountFacts, why: string, text: Translator): string {
  return text.t(`accounts.why.${toldState(account.network, why)}`);
}

function stateWords(account: AccountFacts, telling: Telling, text: Translator): string | null {
  const { state, latest, isElsewhere } = account;
  if (state === 'moved' && !isElsewhere) return text.t('accounts.note.moved-away');
  if (state === 'limited') return text.t('accounts.note.limited');
  if (!hasNoCount(state) && state !== 'opted-out') return null;
  const words = text.t(`accounts.note.${toldState(account.network, state)}`);
  // The score of a campaign that is over shows that number already.
  if (latest === null || !isRunning(telling)) return words;
  const at = text.date(latest.at, zonedStyle(latest.at, telling.now), telling.campaign.timeZone);
  return `${words} ${text.t('accounts.note.last', { n: latest.count, at })}`;
}

/** Since when the number is no longer read, and why, where its state does not say so already. */
function oldWords(account: AccountFacts, telling: Telling, text: Translator): string | null {
  const { latest, tries, state } = account;
  if (!isRunning(telling) || hasNoCount(state) || state === 'opted-out') return null;
  const why = tries.why === null ? null : failureWords(account, tries.why, text);
  if (latest === null) return why === null ? null : text.t('accounts.note.never', { why });
  if (!isUnread(account, telling)) return null;
  const at = text.date(latest.at, zonedStyle(latest.at, telling.now), telling.campaign.timeZone);
  if (tries.byPeople) return text.t('accounts.note.people', { at });
  return why === null ? text.t('accounts.note.silent', { at }) : text.t('accounts.note.since', { at, why });
}

function isUnread({ latest, tries }: AccountFacts, telling: Telling): boolean {
  return latest !== null && isRunning(telling) && isOld(latest.at, telling.now, tries);
}

function isRunning({ campaign: { state } }: Telling): boolean {
  return state === 'live' || state === 'preview';
}
