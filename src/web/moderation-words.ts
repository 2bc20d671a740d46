import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { Institution } from '../institutions/institution.entity.ts';
import type { Change } from '../moderation/campaign-snapshot.ts';
import type { ClaimView } from '../moderation/claims.service.ts';
import type { DecisionView } from '../moderation/decision-log.query.ts';
import type { DecisionFailure } from '../moderation/moderation.service.ts';
import { diffWords, type Piece } from '../moderation/text-diff.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import { momentStyle } from './campaign-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The words that the staff's pages share; pure, in one language. */

/** The staff of one site may live anywhere: their pages tell times in one zone, which they name. */
export const STAFF_TIME_ZONE = 'UTC';

/** For the partial `staff-nav`. */
export type StaffNav = { readonly links: readonly { path: string; label: string; current: boolean }[]; readonly name: string };
export type StaffPageName = 'queue' | 'blocks' | 'bots' | 'log' | 'staff';

/** For the partial `moment`. */
export type Moment = { readonly at: Date; readonly style: DateStyle };

/** For the partial `claim`. */
export type ClaimBar = { readonly words: string | null; readonly act: { readonly value: 'claim' | 'release'; readonly label: string } | null };

/** For the partial `decisions`. */
export type DecisionItem = {
  readonly moment: Moment;
  readonly what: string;
  readonly path: string;
  readonly reason: string | null;
  readonly changes: readonly ChangeItem[];
};

/** For the partial `change`. */
export type ChangeItem = { readonly label: string; readonly pieces: readonly (Piece & { note: string })[] };

/** The way around the staff's pages. */
export function staffNav({ staff, text }: StaffAsk, current: StaffPageName | null): StaffNav {
  const names: StaffPageName[] = staff.role === 'admin' ? ['queue', 'blocks', 'bots', 'log', 'staff'] : ['queue', 'blocks', 'bots', 'log'];
  const paths = { queue: '/moderation', blocks: '/moderation/blocks', bots: '/moderation/bots', log: '/moderation/log', staff: '/moderation/staff' };
  const links = names.map((name) => ({
    path: paths[name],
    label: text.t(`moderation.nav.${name}`),
    current: name === current,
  }));
  return { links, name: staff.name };
}

export function moment(at: Date, now: Date): Moment {
  return { at, style: momentStyle(at, now) };
}

/** How long something has waited: “3 days”. */
export function ageWords(since: Date, now: Date, text: Translator): string {
  const age = Math.max(0, now.getTime() - since.getTime());
  if (age >= 2 * DAY) return text.t('moderation.age.days', { n: Math.floor(age / DAY) });
  if (age >= HOUR) return text.t('moderation.age.hours', { n: Math.floor(age / HOUR) });
  return text.t('moderation.age.minutes', { n: Math.max(1, Math.floor(age / MINUTE)) });
}

/** Who looks at an entry, and what the button beside it does; there is none while somebody else does. */
export function claimBar(claim: ClaimView | null, { staff, text, now }: StaffAsk): ClaimBar {
  const act = (value: 'claim' | 'release') => ({ value, label: text.t(`moderation.claim.${value}`) });
  if (claim === null) return { words: null, act: act('claim') };
  if (claim.staffId === staff.id) return { words: text.t('moderation.claim.yours'), act: act('release') };
  const age = ageWords(claim.at, now, text);
  return { words: text.t('moderation.claim.theirs', { name: claim.name, age }), act: null };
}

/** Decisions as sentences, each with what changed; in the log they say what they were about. */
export function decisionItems(decisions: readonly DecisionView[], where: 'log' | 'here', { text, now }: StaffAsk): DecisionItem[] {
  return decisions.map((decision) => ({
    moment: moment(decision.at, now),
    what: text.t(`moderation.did.${where === 'here' ? where : decision.subject}`, {
      by: decision.by,
      action: text.t(`moderation.action.${decision.action}`),
      title: decision.title ?? '',
    }),
    path: `/moderation/${decision.subject}s/${decision.subjectId}`,
    reason: decision.reason,
    changes: changeItems(decision.changes, text),
  }));
}

/** What differs, word by word where people wrote it. */
export function changeItems(changes: readonly Change[], text: Translator): ChangeItem[] {
  return changes.map((change) => ({
    label: text.t(`moderation.field.${change.field}`),
    pieces: piecesOf(change, text)
      .filter((piece) => piece.text !== '')
      .map((piece) => ({ ...piece, note: piece.kind === 'same' ? '' : text.t(`moderation.diff.${piece.kind}`) })),
  }));
}

/** Why a decision was not taken. */
export function failureWords(failure: DecisionFailure, text: Translator): string {
  if (failure.type !== 'not-allowed') return text.t(`moderation.failure.${failure.type}`);
  const action = text.t(`moderation.action.${failure.action}`);
  return text.t('moderation.failure.not-allowed', { action, state: text.t(`moderation.state.${failure.state}`) });
}

/** “Ministère de l’Éducation nationale (FR)”. */
export function institutionWords({ name, country }: Pick<Institution, 'name' | 'country'>): string {
  return `${name} (${country})`;
}

function piecesOf({ field, before, after }: Change, text: Translator): Piece[] {
  const words = CLOSED_FIELDS[field];
  if (words === undefined && before !== null && after !== null) return diffWords(before, after);
  const say = (value: string | null): string => (value === null ? '' : (words?.(value, text) ?? value));
  return [
    { kind: 'removed', text: say(before) },
    { kind: 'added', text: say(after) },
  ];
}

/** Fields whose values the program chose, in words. */
const CLOSED_FIELDS: Readonly<Record<string, (value: string, text: Translator) => string>> = {
  state: (value, text) => text.t(`moderation.state.${value}`),
  status: (value, text) => text.t(`moderation.status.${value}`),
  hidden: (value, text) => text.t(`moderation.hidden.${value}`),
  wave: (value, text) => text.t(`moderation.wave.${value}`),
  language: (value, text) => text.t(`site.language.${value}`),
  dare: (value, text) => dareText(value, text),
  deadline: (value, text) => text.date(new Date(value), 'dayYear', STAFF_TIME_ZONE),
  step: (value, text) => text.t(`letter.step.${value}`),
  standing: (value, text) => text.t(`letter.standing.${value}`),
  way: (value, text) => text.t(`letter.way.${value}`),
  fediverse: (value) => `@${value}`,
  x: (value) => `@${value}`,
};

/** A dare as the log writes it: its kind, and the target of `reach`. */
export function dareText(value: string, text: Translator): string {
  const [kind = '', target] = value.split(' ');
  return text.t(`moderation.dare.${kind}`, target === undefined ? {} : { target: Number(target) });
}
