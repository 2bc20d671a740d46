import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { CampaignRegister } from '../campaigns/campaign-register.query.ts';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { Queue } from '../platform/queue.ts';
import { accountText } from '../readings/account-text.ts';
import { ReadAccounts } from '../readings/read-accounts.query.ts';
import { ReadingsFile, type ImportFailure } from '../readings/readings-file.service.ts';
import type { FileProblem } from '../readings/readings-import.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';
import { READINGS_CHANGED_QUEUE } from '../readings/reading-writer.service.ts';
import type { Act } from './act.ts';
import { withServices, type Services } from './context.ts';
import { sizeOf } from './file-size.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { verifyReadings } from './verify-readings.ts';

const FEATURES = [ReadingsModule, CampaignsModule];
const QUEUES = [READINGS_CHANGED_QUEUE, MAIL_QUEUE];
/** Enough of a broken file's problems to see what is the matter. */
const PROBLEMS_SHOWN = 20;

interface Exported {
  campaign?: string;
  account?: string;
  chain?: true;
}

/** `readings import|export|verify|take`. */
export function addReadingCommands(program: Command, terminal: Terminal, act: Act): void {
  const readings = program.command('readings').description(terminal.t('readings.description'));
  readings
    .command('import')
    .description(terminal.t('readings.import'))
    .argument('<file>', terminal.t('readings.file'))
    .option('--dry-run', terminal.t('readings.dry_run_option'))
    .action(act((file: string, { dryRun }: { dryRun?: true }) => importFile(terminal, file, dryRun === true)));
  readings
    .command('export')
    .description(terminal.t('readings.export'))
    .option('--campaign <slug>', terminal.t('readings.campaign_option'))
    .option('--account <account>', terminal.t('readings.account_option'))
    .option('--chain', terminal.t('readings.chain_option'))
    .action(act((of: Exported) => exportFile(terminal, of)));
  readings
    .command('verify')
    .description(terminal.t('verify.description'))
    .argument('<file>', terminal.t('verify.file'))
    .option('--against <file>', terminal.t('verify.against_option'))
    .option('--json', terminal.t('json_option'))
    .action(act((file: string, options: { against?: string; json?: true }) => verifyReadings(terminal, file, options)));
  readings
    .command('take')
    .description(terminal.t('readings.take'))
    .argument('[account]', terminal.t('readings.account'))
    .action(act((account?: string) => take(terminal, account ?? null)));
}

async function importFile(terminal: Terminal, file: string, dryRun: boolean): Promise<ExitCode> {
  const size = await sizeOf(file);
  if (typeof size === 'string') return terminal.fail('readings.cannot_read', { file, code: size });
  return withServices(terminal, FEATURES, async (services) => {
    // New numbers may win a campaign, of which its campaigner gets a mail.
    await services.get(Queue).start(QUEUES);
    const progress = terminal.progress('readings.progress');
    const onProgress = ({ bytes }: { bytes: number }): void => progress.at(bytes, size);
    const imported = await services.get(ReadingsFile).import(createReadStream(file), { dryRun, onProgress });
    progress.end();
    if (!imported.ok) return tellProblems(terminal, imported.error);
    const { rows, passedOver, added, alreadyThere, changedAccounts } = imported.value;
    if (passedOver > 0) terminal.tell('readings.passed_over', { passedOver });
    if (!dryRun) await services.get(CampaignProgress).follow(changedAccounts);
    terminal.print(terminal.t(dryRun ? 'readings.would_import' : 'readings.imported', { rows, added, alreadyThere }));
    return 0;
  });
}

function tellProblems(terminal: Terminal, { problems, more }: ImportFailure): ExitCode {
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) {
    terminal.tell('readings.line', { line: problem.line, problem: inWords(terminal, problem) });
  }
  const left = problems.length - PROBLEMS_SHOWN;
  if (left > 0) terminal.tell(more ? 'readings.at_least_more' : 'readings.more', { left });
  return terminal.fail('readings.nothing_imported');
}

function inWords(terminal: Terminal, problem: FileProblem): string {
  const key = `readings.problem_${problem.type.replaceAll('-', '_')}`;
  switch (problem.type) {
    case 'missing-columns':
    case 'unknown-columns':
      return terminal.t(key, { columns: problem.columns.join(', ') });
    case 'not-an-account':
    case 'unknown-account':
      return terminal.t(key, { account: problem.account });
    default:
      return terminal.t(key);
  }
}

function exportFile(terminal: Terminal, of: Exported): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const accounts = await accountsToExport(services, of);
    if ('unknown' in accounts) return terminal.fail(accounts.unknown, { slug: of.campaign ?? '', account: of.account ?? '' });
    const file = services.get(ReadingsFile);
    const rows = of.chain ? file.exportChain(accounts.ids) : file.export(accounts.ids, { from: null, to: null });
    await pipeline(Readable.from(rows), terminal.output, { end: false });
    return 0;
  });
}

/** Null: all accounts. `unknown` says what does not exist. */
async function accountsToExport(
  services: Services,
  { campaign: slug, account: text }: Exported,
): Promise<{ ids: string[] | null } | { unknown: 'campaigns.unknown' | 'readings.unknown_account' }> {
  if (slug === undefined && text === undefined) return { ids: null };
  const campaign = slug === undefined ? undefined : await services.get(CampaignRegister).bySlug(slug);
  if (campaign === null) return { unknown: 'campaigns.unknown' };
  const account = text === undefined ? undefined : await services.get(ReadAccounts).byText(text);
  if (account === null) return { unknown: 'readings.unknown_account' };
  return { ids: [campaign?.fediverseAccount, campaign?.xAccount, account].flatMap((each) => (each ? [each.id] : [])) };
}

function take(terminal: Terminal, text: string | null): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    await services.get(Queue).start(QUEUES);
    const accounts = services.get(ReadAccounts);
    const named = text === null ? null : await accounts.byText(text);
    if (text !== null && named === null) return terminal.fail('readings.unknown_account', { account: text });
    const wanted = named === null ? await accounts.planned() : [named];
    if (wanted.length === 0) terminal.tell('readings.none_planned');
    let failed = 0;
    for (const account of wanted) {
      const taken = await services.get(ReadingRounds).take(account.id);
      await services.get(CampaignProgress).follow([account.id]);
      const outcome = taken.ok
        ? terminal.text.number(taken.value.followers)
        : terminal.t(`readings.failure_${taken.error.type.replaceAll('-', '_')}`);
      if (!taken.ok && taken.error.type !== 'read-by-people') failed += 1;
      terminal.print(`${accountText(account)}\t${outcome}`);
    }
    return failed === 0 ? 0 : 1;
  });
}
