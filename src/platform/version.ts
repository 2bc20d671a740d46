import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from './project-root.ts';

/** Chiche's own version, as its package says. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))).version;

/** By what name other servers are asked, with the page that tells them why. */
export function userAgentOf(publicUrl: string): string {
  return `Chiche/${VERSION} (+${publicUrl}/about/method)`;
}
