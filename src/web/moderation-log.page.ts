import type { StaffMember } from '../identity/staffing.service.ts';
import { ACCOUNT_ACTIONS } from '../moderation/account-decisions.service.ts';
import { BOT_SWITCHES } from '../moderation/bot-decisions.service.ts';
import { CAMPAIGN_POWERS } from '../moderation/campaign-powers.ts';
import type { LogFilter, LogPage } from '../moderation/decision-log.query.ts';
import { DECISION_SUBJECTS } from '../moderation/decision.entity.ts';
import { READING_TURNS } from '../moderation/reading-corrections.service.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import { choice, type Choice } from './form-fields.ts';
import { pager, type Pager } from './moderation-pager.ts';
import { decisionItems, staffNav, type DecisionItem, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/log.hbs`. */
export type LogView = PageModel & {
  readonly nav: StaffNav;
  readonly subject: Choice;
  readonly by: Choice;
  readonly act: Choice;
  readonly found: string;
  readonly items: readonly DecisionItem[];
  readonly pages: Pager | null;
};

const READING_ACTIONS = ['correct', ...READING_TURNS, 'drop_evidence'];
/** Every action that the log may hold. */
export const ACTIONS = [
  ...[...CAMPAIGN_POWERS, ...ACCOUNT_ACTIONS, ...READING_ACTIONS],
  ...['uphold', 'dismiss', 'confirm', 'reopen', 'tell', 'set_aside', 'block', 'unblock', 'take_down', 'put_back', 'break', 'record', ...BOT_SWITCHES],
];

/** Reads `subject`, `by` and `action` of a query; what is not among the choices means any. */
export function logFilter(query: Readonly<Record<string, unknown>>, staff: readonly StaffMember[]): LogFilter {
  return {
    subject: DECISION_SUBJECTS.find((subject) => subject === query['subject']) ?? null,
    by: staff.find(({ name }) => name === query['by'])?.name ?? '',
    action: ACTIONS.find((action) => action === query['action']) ?? '',
  };
}

/** The log of decisions, newest first. */
export function logPage(log: LogPage, filter: LogFilter, staff: readonly StaffMember[], ask: StaffAsk): LogView {
  const { text, page } = ask;
  const values = { subject: filter.subject ?? '', by: filter.by, action: filter.action };
  const state = { values, errors: {} };
  const any = { value: '', label: text.t('moderation.log.any') };
  const select = (name: string, options: { value: string; label: string }[]): Choice =>
    choice({ name, label: text.t(`moderation.log.${name}`), options: [any, ...options] }, state);
  return {
    head: pageHead({ title: text.t('moderation.log.title') }),
    nav: staffNav(ask, 'log'),
    subject: select('subject', DECISION_SUBJECTS.map((value) => ({ value, label: text.t(`moderation.subject.${value}`) }))),
    by: select('by', staff.map(({ name }) => ({ value: name, label: name }))),
    act: select('action', ACTIONS.map((value) => ({ value, label: text.t(`moderation.action.${value}`) }))),
    found: text.t('moderation.log.found', { n: log.total }),
    items: decisionItems(log.items, 'log', ask),
    pages: pager('/moderation/log', log, values, { request: page, text }),
  };
}
