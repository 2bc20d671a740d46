import type { Command } from 'commander';
import { parseHost } from '../domain/host.ts';
import type { Host } from '../readings/host.entity.ts';
import { ReadingHosts } from '../readings/reading-hosts.service.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import type { Act } from './act.ts';
import { withServices } from './context.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const FEATURES = [ReadingsModule];

/** `hosts list|leave|read`: the servers that are asked for counts, and those that asked to be left alone. */
export function addHostCommands(program: Command, terminal: Terminal, act: Act): void {
  const hosts = program.command('hosts').description(terminal.t('hosts.description'));
  hosts
    .command('list')
    .description(terminal.t('hosts.list'))
    .option('--json', terminal.t('json_option'))
    .action(act(({ json }: { json?: true }) => list(terminal, json === true)));
  hosts
    .command('leave')
    .description(terminal.t('hosts.leave'))
    .argument('<host>', terminal.t('hosts.host'))
    .action(act((host: string) => setRead(terminal, host, false)));
  hosts
    .command('read')
    .description(terminal.t('hosts.read'))
    .argument('<host>', terminal.t('hosts.host'))
    .action(act((host: string) => setRead(terminal, host, true)));
}

function list(terminal: Terminal, json: boolean): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const hosts = await services.get(ReadingHosts).list();
    if (json) terminal.json(hosts.map(({ name, failures, lastFailure, closedUntil, optedOutAt }) => ({ name, failures, lastFailure, closedUntil, optedOutAt })));
    else if (hosts.length === 0) terminal.tell('hosts.none');
    else {
      const now = services.platform.clock.now();
      const headings = ['name', 'failures', 'state'].map((key) => terminal.t(`hosts.heading_${key}`));
      terminal.table(headings, hosts.map((host) => [host.name, terminal.text.number(host.failures), stateOf(host, now, terminal)]));
    }
    return 0;
  });
}

function stateOf({ optedOutAt, closedUntil }: Host, now: Date, terminal: Terminal): string {
  if (optedOutAt !== null) return terminal.t('hosts.left');
  if (closedUntil === null || closedUntil <= now) return terminal.t('hosts.is_read');
  return terminal.t('hosts.closed', { until: closedUntil.toISOString() });
}

async function setRead(terminal: Terminal, text: string, isRead: boolean): Promise<ExitCode> {
  const host = parseHost(text);
  if (!host.ok) {
    terminal.tell('hosts.not_a_host', { host: text });
    return 2;
  }
  return withServices(terminal, FEATURES, async (services) => {
    await services.get(ReadingHosts).setOptedOut(host.value, isRead ? null : services.platform.clock.now());
    terminal.tell(isRead ? 'hosts.will_be_read' : 'hosts.will_be_left', { host: host.value });
    return 0;
  });
}
