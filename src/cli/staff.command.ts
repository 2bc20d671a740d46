import { Argument, Option, type Command } from 'commander';
import { IdentityModule } from '../identity/identity.module.ts';
import { STAFF_ROLES, type StaffRole } from '../identity/staff.entity.ts';
import { Staffing, type StaffMember } from '../identity/staffing.service.ts';
import type { Act } from './act.ts';
import { withServices, type Services } from './context.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const FEATURES = [IdentityModule];

/** `staff add|list|role|link`: who may sign in. */
export function addStaffCommands(program: Command, terminal: Terminal, act: Act): void {
  const staff = program.command('staff').description(terminal.t('staff.description'));
  staff
    .command('add')
    .description(terminal.t('staff.add'))
    .argument('<name>', terminal.t('staff.name'))
    .addOption(new Option('--role <role>', terminal.t('staff.role_option')).choices(STAFF_ROLES).default('moderator'))
    .action(act((name: string, { role }: { role: StaffRole }) => add(terminal, name, role)));
  staff
    .command('list')
    .description(terminal.t('staff.list'))
    .option('--json', terminal.t('json_option'))
    .action(act(({ json }: { json?: true }) => list(terminal, json === true)));
  staff
    .command('role')
    .description(terminal.t('staff.role'))
    .argument('<name>', terminal.t('staff.name'))
    .addArgument(new Argument('<role>', terminal.t('staff.role_option')).choices(STAFF_ROLES))
    .action(act((name: string, role: StaffRole) => setRole(terminal, name, role)));
  staff
    .command('link')
    .description(terminal.t('staff.link'))
    .argument('<name>', terminal.t('staff.name'))
    .action(act((name: string) => link(terminal, name)));
}

function add(terminal: Terminal, name: string, role: StaffRole): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const added = await services.get(Staffing).add(name, role);
    if (!added.ok) {
      terminal.tell(added.error.type === 'bad-name' ? 'staff.bad_name' : 'staff.name_taken', { name });
      return added.error.type === 'bad-name' ? 2 : 1;
    }
    terminal.tell('staff.added', { name: added.value.staff.name, role: terminal.t(`staff.role_${role}`) });
    return showLink(terminal, services, added.value.token);
  });
}

function list(terminal: Terminal, json: boolean): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const staff = await services.get(Staffing).list();
    if (json) terminal.json(staff.map(({ id: _, ...member }) => member));
    else if (staff.length === 0) terminal.tell('staff.nobody');
    else {
      const headings = ['name', 'role', 'since', 'state'].map((key) => terminal.t(`staff.heading_${key}`));
      terminal.table(headings, staff.map((member) => rowOf(member, terminal)));
    }
    return 0;
  });
}

function rowOf({ name, role, createdAt, disabledAt, hasPassword }: StaffMember, terminal: Terminal): string[] {
  const state = disabledAt !== null ? 'disabled' : hasPassword ? 'active' : 'invited';
  const since = terminal.text.date(createdAt, 'dayYear', 'UTC');
  return [name, terminal.t(`staff.role_${role}`), since, terminal.t(`staff.state_${state}`)];
}

function setRole(terminal: Terminal, name: string, role: StaffRole): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const changed = await services.get(Staffing).setRole(name, role);
    if (!changed.ok) return terminal.fail('staff.unknown_name', { name });
    terminal.print(terminal.t('staff.role_set', { name: changed.value.name, role: terminal.t(`staff.role_${role}`) }));
    return 0;
  });
}

function link(terminal: Terminal, name: string): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const issued = await services.get(Staffing).issueLink(name);
    if (!issued.ok) return terminal.fail(issued.error.type === 'disabled' ? 'staff.disabled' : 'staff.unknown_name', { name });
    return showLink(terminal, services, issued.value.token);
  });
}

/** The link alone is the result, so that a script can take it. */
function showLink(terminal: Terminal, { platform }: Services, token: string): ExitCode {
  terminal.tell('staff.link_once');
  terminal.print(signInLink(platform.config.publicUrl, token));
  return 0;
}

/** Where a member of the staff chooses a password. */
export function signInLink(publicUrl: string, token: string): string {
  return `${publicUrl}/signin/link/${token}`;
}
