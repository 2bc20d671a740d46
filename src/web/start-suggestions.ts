import { timeZonesOf } from '../campaigns/countries.ts';
import type { FoundAccounts } from '../campaigns/drafts.service.ts';
import type { DareFields } from '../campaigns/launch-fields.ts';
import { TIME_ZONES } from '../campaigns/local-day.ts';
import { camelCase } from '../domain/hashtag.ts';
import { translator, type Language } from '../platform/text.ts';

/** What the form proposes so that nobody starts from a blank page. */

const LONGEST_TITLE = 140;
const LONGEST_HASHTAG = 30;
const DEFAULT_ZONE: Readonly<Record<Language, string>> = { fr: 'Europe/Paris', en: 'UTC' };

/** The dare as a sentence; a long name gives way to shorter words. */
export function suggestTitle(name: string, found: FoundAccounts, dare: DareFields, language: Language): string {
  const { t, number } = translator(language);
  const account = found.fediverse;
  const values = {
    name,
    handle: account === null ? '' : `@${account.handle.split('@')[0] ?? ''}`,
    network: account?.networkName ?? '',
    target: number(dare.target ?? 0),
  };
  const title = t(`start.suggest.${dare.dareKind}`, values);
  return title.length <= LONGEST_TITLE ? title : t('start.suggest.short', values);
}

/** A hashtag with a capital for each word, so that screen readers say the words and people can read them. */
export function suggestHashtag(name: string, found: FoundAccounts): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const user = found.x?.handle ?? found.fediverse?.handle.split('@')[0] ?? '';
  const whole = camelCase(words);
  const named = whole.length <= LONGEST_HASHTAG ? whole : camelCase(user.match(/[\p{L}\p{N}]+/gu) ?? words.slice(0, 3));
  return `Chiche${named}`;
}

/** The next round number well above today's count. */
export function suggestTarget(followers: number | null): number {
  const least = Math.max(100, (followers ?? 0) * 1.2);
  const step = 10 ** Math.max(1, Math.floor(Math.log10(least)) - 1) * 5;
  return Math.ceil(least / step) * step;
}

/** Every time zone, the country's own first. */
export function offeredTimeZones(country: string): string[] {
  return [...new Set([...timeZonesOf(country), ...TIME_ZONES])];
}

/** The time zone that is chosen as long as nobody chose one. */
export function suggestTimeZone(country: string, language: Language): string {
  return timeZonesOf(country)[0] ?? DEFAULT_ZONE[language];
}
