import type { Request } from 'express';
import { field } from './respond.ts';

/** NUL and halves of surrogate pairs. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/** The named fields of a form exactly as typed, save what no database can keep as text. */
export function typedFields(request: Request, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, field(request, name).replace(UNSTORABLE, '\u{fffd}')]));
}
