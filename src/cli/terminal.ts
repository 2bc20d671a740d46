import type { Writable } from 'node:stream';
import { translator, type MessageValues, type Translator } from '../platform/text.ts';
import { Progress } from './progress.ts';

/** 0: done; 1: it failed; 2: wrong use. */
export type ExitCode = 0 | 1 | 2;

export interface Streams {
  /** Results, for people and programs. */
  out: Writable;
  /** What is told beside them. */
  err: Writable & { isTTY?: boolean };
  environment: NodeJS.ProcessEnv;
}

/** Where a command speaks, in the language of whoever sits there. Messages are keys of `locales/<lang>/cli.json`. */
export class Terminal {
  readonly text: Translator;
  readonly environment: NodeJS.ProcessEnv;

  constructor(private readonly streams: Streams) {
    this.environment = streams.environment;
    this.text = translator(languageOf(streams.environment));
  }

  t(key: string, values?: MessageValues): string {
    return this.text.t(`cli.${key}`, values);
  }

  /** A line of the result. */
  print(line: string): void {
    this.streams.out.write(`${line}\n`);
  }

  json(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** Rows under their headings, in columns as wide as what is in them. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): void {
    const all = [headings, ...rows];
    const widths = headings.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
    for (const row of all) {
      const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)));
      this.print(cells.join('  ').trimEnd());
    }
  }

  /** Something worth knowing that is not the result. */
  tell(key: string, values?: MessageValues): void {
    this.complain(this.t(key, values));
  }

  /** Why it failed, for `return terminal.fail(…)`. */
  fail(key: string, values?: MessageValues): ExitCode {
    this.tell(key, values);
    return 1;
  }

  /** A line beside the result, in words of its own. */
  complain(line: string): void {
    this.streams.err.write(`${line}\n`);
  }

  progress(key: string): Progress {
    return new Progress(this.streams.err, this.t(key), this.text);
  }

  /** For results that come in pieces. */
  get output(): Writable {
    return this.streams.out;
  }
}

/** As the C library finds it out: LC_ALL, then LC_MESSAGES, then LANG. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): 'fr' | 'en' {
  return /^fr/i.test([LC_ALL, LC_MESSAGES, LANG].find((value) => value) ?? '') ? 'fr' : 'en';
}

function widthOf(text: string): number {
  return Array.from(text).length;
}
