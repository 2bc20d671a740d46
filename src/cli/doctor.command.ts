import type { Command } from 'commander';
import { ReadingsModule } from '../readings/readings.module.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { PostsModule } from '../posts/posts.module.ts';
import { readConfig, type Config } from '../platform/config.ts';
import { openDatabase } from '../platform/database.ts';
import { SCHEMA } from '../schema.ts';
import type { Act } from './act.ts';
import { openServices, problemsOf } from './context.ts';
import { checkBots } from './doctor-bots.ts';
import { checkDatabase, checkKeys, checkMigrations } from './doctor-database.ts';
import { checkDisk, checkMail, checkOutgoingGuard, checkReading, checkSettings } from './doctor-surroundings.ts';
import { checkWorker } from './doctor-worker.ts';
import { failure, type Finding } from './finding.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `doctor`: looks at everything that a site needs, and says what to do about what is wrong. */
export function addDoctorCommand(program: Command, terminal: Terminal, act: Act): void {
  program
    .command('doctor')
    .description(terminal.t('doctor.description'))
    .option('--json', terminal.t('json_option'))
    .action(act(({ json }: { json?: true }) => examine(terminal, json === true)));
}

async function examine(terminal: Terminal, json: boolean): Promise<ExitCode> {
  const findings: Finding[] = [];
  for await (const finding of findingsOf(terminal)) {
    findings.push(finding);
    if (!json) print(terminal, finding);
  }
  if (json) terminal.json(findings.map((finding) => ({ ...finding, words: wordsOf(terminal, finding) })));
  return findings.some(({ state }) => state === 'failure') ? 1 : 0;
}

/** In the order in which one thing needs another: without a configuration or a database, the rest is not looked at. */
async function* findingsOf(terminal: Terminal): AsyncGenerator<Finding> {
  const config = readConfig(terminal.environment);
  if (!config.ok) {
    for (const problem of config.error.problems) yield failure('configuration', 'bad_configuration', { problem });
    return;
  }
  yield* checkSettings(config.value);
  yield await checkDisk(config.value);
  yield await checkOutgoingGuard(config.value);
  yield* checkReading(config.value);
  yield await checkMail(config.value);
  yield* databaseFindings(terminal, config.value);
}

async function* databaseFindings(terminal: Terminal, config: Config): AsyncGenerator<Finding> {
  const opened = await openDatabase(config, SCHEMA, { join: true });
  if (!opened.ok) {
    for (const problem of problemsOf(terminal, opened.error)) yield failure('database', 'no_database', { problem });
    return;
  }
  try {
    yield* checkDatabase(opened.value.dataSource, config);
    const migrations = await checkMigrations(opened.value.dataSource);
    yield migrations;
    if (migrations.state === 'failure') return;
    const services = await openServices(config, opened.value, [ReadingsModule, PledgesModule, PostsModule]);
    const keys = await checkKeys(services.platform);
    yield keys;
    yield* checkWorker(services);
    // Their tokens are sealed.
    if (keys.state !== 'failure') yield* checkBots(services);
    await services.close();
  } finally {
    await opened.value.close();
  }
}

const MARKS = { ok: '✓', warning: '!', failure: '✗' } as const;

function print(terminal: Terminal, finding: Finding): void {
  const { said, advice } = wordsOf(terminal, finding);
  terminal.print(`${MARKS[finding.state]} ${terminal.t(`doctor.about_${finding.about}`)}  ${said}`);
  if (advice !== null) terminal.print(`  → ${advice}`);
}

/** What was found, and what to do unless it is well. */
function wordsOf(terminal: Terminal, { state, found, values }: Finding): { said: string; advice: string | null } {
  return {
    said: terminal.t(`doctor.${found}`, values),
    advice: state === 'ok' ? null : terminal.t(`doctor.${found}_advice`, values),
  };
}
