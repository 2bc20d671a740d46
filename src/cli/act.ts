import type { ExitCode } from './terminal.ts';

/** Makes of some work, which tells its exit code, what a command does. */
export type Act = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<ExitCode>,
) => (...given: Arguments) => Promise<void>;
