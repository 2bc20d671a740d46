import { STAFF_ROLES } from '../identity/staff.entity.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { staffNav, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/staff.hbs`. */
export type StaffView = PageModel & {
  readonly nav: StaffNav;
  readonly action: string;
  readonly problem: string | null;
  /** Shown once: it lets somebody in. */
  readonly link: { readonly words: string; readonly address: string } | null;
  readonly people: readonly PersonView[];
  readonly add: { readonly errors: ErrorSummary | null; readonly person: TextField; readonly role: Choice };
};

type PersonView = {
  readonly name: string;
  readonly role: string;
  readonly standing: string;
  readonly acts: readonly { readonly value: string; readonly label: string; readonly kind: 'quiet' | 'danger' }[];
};

export type StaffOutcome = {
  readonly link: { readonly name: string; readonly token: string } | null;
  readonly problem: 'bad-name' | 'name-taken' | 'unknown-name' | 'disabled' | 'yourself' | null;
  readonly typed: Readonly<Record<string, string>>;
};

export const NO_OUTCOME: StaffOutcome = { link: null, problem: null, typed: {} };

/** Who may sign in, for admins. */
export function staffPage(staff: readonly StaffMember[], outcome: StaffOutcome, ask: StaffAsk): StaffView {
  const { text, page } = ask;
  const { link, problem, typed } = outcome;
  const ofName = problem === 'bad-name' || problem === 'name-taken';
  const state: FormState = { values: typed, errors: ofName ? { person: text.t(`moderation.staff.${problem}`) } : {} };
  const person = textField(
    { name: 'person', label: text.t('sign-in.name'), hint: text.t('moderation.staff.nameHint'), maxlength: 40, verbatim: true, required: true },
    state,
  );
  const options = STAFF_ROLES.map((role) => ({
    value: role,
    label: text.t(`moderation.role.${role}`),
    hint: text.t(`moderation.roleHint.${role}`),
  }));
  return {
    head: pageHead({ title: text.t('moderation.staff.title') }),
    nav: staffNav(ask, 'staff'),
    action: localUrl('/moderation/staff', page),
    problem: problem === null || ofName ? null : text.t(`moderation.staff.${problem}`),
    link:
      link === null
        ? null
        : {
            words: text.t('moderation.staff.link', { name: link.name }),
            address: `${page.publicUrl}/signin/link/${link.token}`,
          },
    people: staff.map((member) => personView(member, ask)),
    add: {
      errors: errorSummary([person], text),
      person,
      role: choice({ name: 'role', label: text.t('moderation.staff.role'), options, initial: 'moderator', required: true }, state),
    },
  };
}

function personView(member: StaffMember, { staff, text }: StaffAsk): PersonView {
  const standing = member.disabledAt !== null ? 'gone' : member.hasPassword ? 'in' : 'invited';
  const act = (value: string, kind: 'quiet' | 'danger' = 'quiet') => ({ value, label: text.t(`moderation.staff.act.${value}`), kind });
  const other = member.role === 'admin' ? 'moderator' : 'admin';
  return {
    name: member.name,
    role: text.t(`moderation.role.${member.role}`),
    standing: text.t(member.id === staff.id ? 'moderation.staff.you' : `moderation.staff.${standing}`),
    acts: member.id === staff.id ? [] : member.disabledAt !== null ? [act('enable')] : [act('link'), act(other), act('disable', 'danger')],
  };
}
