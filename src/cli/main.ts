import 'reflect-metadata';
import { runCommand } from './program.ts';
import { Terminal } from './terminal.ts';

/** `npm run chiche -- <command>`. */
const { stdout, stderr, env } = process;
// A reader like `head` that has seen enough is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await runCommand(process.argv.slice(2), new Terminal({ out: stdout, err: stderr, environment: env }));
