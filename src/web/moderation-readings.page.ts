import type { AccountReadings } from '../moderation/account-readings.query.ts';
import { DAY } from '../domain/durations.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import { textField, UNTOUCHED, type TextField } from './form-fields.ts';
import { readerWords } from './moderation-evidence.ts';
import { institutionWords, moment, staffNav, type Moment, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/readings.hbs`. */
export type ReadingsView = PageModel & {
  readonly nav: StaffNav;
  readonly title: string;
  readonly institution: string;
  readonly path: string;
  readonly day: TextField;
  readonly readings: readonly { readonly path: string; readonly count: string; readonly moment: Moment; readonly reader: string; readonly status: string; readonly counts: boolean }[];
  readonly tellPath: string | null;
  readonly campaigns: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
};

/** Where all readings of an account are looked through: the latest ones, or those around a moment. */
export function readingsPath(accountId: string, around: Date | null = null): string {
  return `/moderation/accounts/${accountId}/readings${around === null ? '' : `?day=${dayOf(around)}`}`;
}

/** The moment to look around, from the day of a query: the end of that day (UTC), or now. */
export function momentAsked(day: unknown, now: Date): Date {
  const asked = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(asked) ? now : new Date(asked + DAY);
}

/** Every reading of an account around a moment, each leading to where it is put right. */
export function readingsPage({ account, readings, campaigns }: AccountReadings, around: Date, ask: StaffAsk): ReadingsView {
  const { text, now } = ask;
  const title = text.t('moderation.readings.title', { handle: shownHandle(account) });
  const day = around < now ? dayOf(new Date(around.getTime() - DAY)) : dayOf(now);
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    title,
    institution: institutionWords(account.institution),
    path: readingsPath(account.id),
    day: textField({ name: 'day', label: text.t('moderation.readings.day'), type: 'date' }, { ...UNTOUCHED, values: { day } }),
    readings: readings.map((reading) => ({
      path: `/moderation/readings/${reading.id}`,
      count: text.number(reading.count),
      moment: moment(reading.at, now),
      reader: readerWords(reading, text),
      status: text.t(`moderation.status.${reading.status}`),
      counts: reading.status === 'counted',
    })),
    tellPath: account.network === 'x' ? `/moderation/accounts/${account.id}/reading` : null,
    campaigns: campaigns.map(({ id, title: label, state }) => ({ path: `/moderation/campaigns/${id}`, label, detail: text.t(`moderation.state.${state}`) })),
  };
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
