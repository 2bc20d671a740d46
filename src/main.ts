import { startChiche, type StartFailure } from './app.ts';
import { readConfig } from './platform/config.ts';
import { createLog } from './platform/log.ts';

/** `npm start`: serves until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (!config.ok) return stopWith(config.error.problems);
  const started = await startChiche(config.value);
  if (!started.ok) return stopWith([inWords(started.error)]);
  const log = createLog(config.value.logLevel);
  log.info({ roles: config.value.roles, port: started.value.address?.port }, `Chiche listens at ${config.value.publicUrl}`);
  const stop = (): void => {
    log.info('stopping');
    void started.value.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Why the database or what opens it is not to be had, for the person at the terminal. */
function inWords(failure: StartFailure): string {
  switch (failure.type) {
    case 'in-use':
      return `DATA_DIR: another process uses the embedded database in ${failure.directory}. Stop it, or set DATA_DIR or DATABASE_URL.`;
    case 'path-too-long':
      return `DATA_DIR: ${failure.path} is too long for a socket; choose a shorter folder.`;
    case 'unreachable':
      return `DATABASE_URL: the database does not answer (${failure.detail}).`;
    case 'missing-key':
      return failure.secretIsSet
        ? `SESSION_SECRET: it does not open what this database holds. Set it back, or set PREVIOUS_SESSION_SECRET to what it was.`
        : `DATA_DIR: ${failure.path} does not hold the key of this database. Put the file back, or set SESSION_SECRET as it was.`;
    case 'broken-key-file':
      return `DATA_DIR: ${failure.path} holds something else than keys. Put back the file that was kept beside the backups.`;
    case 'key-file':
      return `DATA_DIR: ${failure.path} cannot be used (${failure.code}).`;
  }
}

function stopWith(problems: string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

await main();
