import { Command, CommanderError } from 'commander';
import { VERSION } from '../platform/version.ts';
import type { Act } from './act.ts';
import { addBackupCommands } from './backup.command.ts';
import { addCampaignCommands } from './campaigns.command.ts';
import { addDemoCommand } from './demo.command.ts';
import { addDoctorCommand } from './doctor.command.ts';
import { addHostCommands } from './hosts.command.ts';
import { addKeyCommands } from './keys.command.ts';
import { addPostCommands } from './posts.command.ts';
import { addReadingCommands } from './readings.command.ts';
import { addStaffCommands } from './staff.command.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Runs what was typed after the program's name. */
export async function runCommand(typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = 0;
  const act: Act = (work) => async (...given) => {
    code = await work(...given);
  };
  try {
    await createProgram(terminal, act).parseAsync(typed, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return wrongUse(error, terminal);
  }
  return code;
}

function createProgram(terminal: Terminal, act: Act): Command {
  const program = new Command('chiche')
    .description(terminal.t('description'))
    .version(VERSION, '-V, --version', terminal.t('version_option'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
      // What is wrong is said by wrongUse, in the reader's language.
      outputError: () => undefined,
    })
    .configureHelp({ styleTitle: (title) => terminal.t(`help_${title.replace(/\W/g, '').toLowerCase()}`) })
    .helpOption('-h, --help', terminal.t('help_option'))
    .helpCommand(false);
  addStaffCommands(program, terminal, act);
  addReadingCommands(program, terminal, act);
  addHostCommands(program, terminal, act);
  addCampaignCommands(program, terminal, act);
  addPostCommands(program, terminal, act);
  addBackupCommands(program, terminal, act);
  addKeyCommands(program, terminal, act);
  addDoctorCommand(program, terminal, act);
  addDemoCommand(program, terminal, act);
  for (const command of everyCommand(program)) command.helpOption('-h, --help', terminal.t('help_option')).helpCommand(false);
  return program;
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...everyCommand(each)]);
}

/** Says what commander found wrong; asking for help or the version is not. */
function wrongUse(error: CommanderError, terminal: Terminal): ExitCode {
  const [what = '', value = ''] = [...error.message.matchAll(/'([^']*)'/g)].map(([, quoted = '']) => quoted);
  const choices = /Allowed choices are (.*)\.$/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.helpDisplayed':
    case 'commander.version':
      return 0;
    case 'commander.help':
      return 2;
    case 'commander.unknownCommand':
      terminal.tell('unknown_command', { what });
      return 2;
    case 'commander.unknownOption':
      terminal.tell('unknown_option', { what });
      return 2;
    case 'commander.missingArgument':
    case 'commander.optionMissingArgument':
      terminal.tell('missing_argument', { what });
      return 2;
    case 'commander.excessArguments':
      terminal.tell('excess_arguments');
      return 2;
    case 'commander.invalidArgument':
      terminal.tell('invalid_argument', { what, value, choices });
      return 2;
    default:
      terminal.complain(error.message);
      return 2;
  }
}
