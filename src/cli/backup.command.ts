import type { Command } from 'commander';
import { backup } from '../platform/backup.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { restore, type RestoreFailure } from '../platform/restore.ts';
import { VERSION } from '../platform/version.ts';
import type { Act } from './act.ts';
import { withDatabase } from './context.ts';
import { keyProblem } from './keys.command.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/**
 * They live for a few days at most, and whoever holds the file must not get in with them, nor tell readers apart; pictures are
 * drawn again.
 */
const LEFT_OUT = ['session', 'sign_in_link', 'server_sign_in', 'reader_key', 'drawn_picture'];

/** `backup` and `restore`: a whole site in a file, from either kind of database to either. */
export function addBackupCommands(program: Command, terminal: Terminal, act: Act): void {
  program
    .command('backup')
    .description(terminal.t('backup.description'))
    .argument('<file>', terminal.t('backup.file'))
    .action(act((file: string) => save(terminal, file)));
  program
    .command('restore')
    .description(terminal.t('restore.description'))
    .argument('<file>', terminal.t('backup.file'))
    .action(act((file: string) => bringBack(terminal, file)));
}

function save(terminal: Terminal, file: string): Promise<ExitCode> {
  return withDatabase(terminal, async ({ dataSource }, config) => {
    const progress = terminal.progress('backup.progress');
    const saved = await backup(dataSource, file, {
      now: new Date(),
      without: LEFT_OUT,
      progress: (done, total) => progress.at(done, total),
    });
    progress.end();
    if (!saved.ok) {
      if (saved.error.type === 'exists') return terminal.fail('backup.exists', { file });
      return terminal.fail('backup.cannot_write', { file, code: saved.error.code });
    }
    const { rows, bytes } = saved.value;
    terminal.print(terminal.t('backup.done', { file, rows, kilobytes: Math.ceil(bytes / 1024) }));
    const { isSecretSet, file: keyFile } = new KeyRing(dataSource, config);
    terminal.tell(isSecretSet ? 'backup.keep_secret' : 'backup.keep_file', { path: keyFile.path });
    return 0;
  });
}

function bringBack(terminal: Terminal, file: string): Promise<ExitCode> {
  return withDatabase(terminal, async ({ dataSource }, config) => {
    const [checking, restoring] = [terminal.progress('restore.checking'), terminal.progress('restore.progress')];
    const restored = await restore(dataSource, file, new KeyRing(dataSource, config), {
      checking: (done, total) => checking.at(done, total),
      restoring: (done, total) => {
        checking.end();
        restoring.at(done, total);
      },
    });
    for (const progress of [checking, restoring]) progress.end();
    if (!restored.ok) return refused(terminal, file, restored.error);
    const rows = restored.value.tables.reduce((total, table) => total + table.rows, 0);
    const taken = terminal.text.date(new Date(restored.value.takenAt), 'momentYear', 'UTC');
    terminal.print(terminal.t('restore.done', { rows, taken }));
    return 0;
  });
}

function refused(terminal: Terminal, file: string, failure: RestoreFailure): ExitCode {
  switch (failure.type) {
    case 'file':
      return terminal.fail('restore.cannot_read', { file, code: failure.code });
    case 'not-a-backup':
      return terminal.fail('restore.not_a_backup', { file });
    case 'damaged':
      return terminal.fail('restore.damaged', { file });
    case 'newer-format':
      return terminal.fail('restore.newer_format', { file });
    case 'other-migrations':
      return terminal.fail('restore.other_migrations', { file, version: failure.version, own: VERSION });
    case 'missing-key':
      return terminal.fail(failure.secretIsSet ? 'restore.missing_secret' : 'restore.missing_key', { path: failure.path });
    case 'broken-key-file':
    case 'key-file':
      return terminal.fail(...keyProblem(failure));
    case 'not-empty':
      return terminal.fail('restore.not_empty', { tables: failure.tables.join(', ') });
  }
}
