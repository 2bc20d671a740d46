import type { MessageValues } from '../platform/text.ts';

/** What the doctor looks at. */
export type Examined =
  | 'configuration'
  | 'disk'
  | 'guard'
  | 'signature'
  | 'x'
  | 'mail'
  | 'database'
  | 'clock'
  | 'tables'
  | 'keys'
  | 'worker'
  | 'bots';

/** One thing that was looked at. `found` is a key of `locales/<lang>/cli.json` behind `doctor.`. */
export interface Finding {
  readonly about: Examined;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly found: string;
  readonly values: MessageValues;
}

export function well(about: Examined, found: string, values: MessageValues = {}): Finding {
  return { about, state: 'ok', found, values };
}

export function warning(about: Examined, found: string, values: MessageValues = {}): Finding {
  return { about, state: 'warning', found, values };
}

export function failure(about: Examined, found: string, values: MessageValues = {}): Finding {
  return { about, state: 'failure', found, values };
}
