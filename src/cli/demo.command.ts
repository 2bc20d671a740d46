import type { Command } from 'commander';
import type { Act } from './act.ts';
import type { Terminal } from './terminal.ts';

/** `demo`: a lively world of simulated servers and people, to look around in. */
export function addDemoCommand(program: Command, terminal: Terminal, act: Act): void {
  program
    .command('demo')
    .description(terminal.t('demo.description'))
    .option('--keep', terminal.t('demo.keep_option'))
    .action(
      act(async ({ keep }: { keep?: true }) => {
        // The demo opens the whole house, which other commands need not wait for.
        const { runDemo } = await import('./demo/run-demo.ts');
        return runDemo(terminal, { keep: keep === true, untilStopped });
      }),
    );
}

/** A second signal ends the process at once, as signals do. */
function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
