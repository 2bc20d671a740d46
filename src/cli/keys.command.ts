import type { Command } from 'commander';
import { SEALED_HOOKS } from '../campaigns/webhook.entity.ts';
import { SEALED_CODES } from '../identity/email-codes.service.ts';
import { SEALED_APPS } from '../identity/server-app.entity.ts';
import { SEALED_SIGN_INS } from '../identity/sign-in-seals.ts';
import type { KeyRingFailure } from '../platform/key-ring.ts';
import { KeyRotation, type SealedTable } from '../platform/key-rotation.ts';
import { SEALED_REMINDERS } from '../identity/reminders.service.ts';
import { SEALED_CROWDS } from '../pledges/crowd-watch.service.ts';
import { SEALED_BLOCKS } from '../pledges/pledge-blocks.service.ts';
import { SEALED_PLEDGES } from '../pledges/pledge-person.ts';
import { SEALED_TELL_REQUESTS } from '../pledges/tell-requests.service.ts';
import { SEALED_BOTS } from '../posts/campaign-bot.entity.ts';
import { SEALED_DIGESTS } from '../posts/digests.service.ts';
import type { Act } from './act.ts';
import { withServices } from './context.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** All that is kept sealed. */
const SEALED: readonly SealedTable[] = [
  ...[SEALED_PLEDGES, SEALED_APPS, SEALED_REMINDERS, SEALED_CROWDS, SEALED_BLOCKS, SEALED_CODES, SEALED_TELL_REQUESTS],
  ...[SEALED_BOTS, SEALED_HOOKS, SEALED_DIGESTS],
  ...SEALED_SIGN_INS,
];

/** `keys rotate`: the site gets another key, and all that the old one sealed is sealed anew. */
export function addKeyCommands(program: Command, terminal: Terminal, act: Act): void {
  program
    .command('keys')
    .description(terminal.t('keys.description'))
    .command('rotate')
    .description(terminal.t('keys.rotate'))
    .action(act(() => rotate(terminal)));
}

function rotate(terminal: Terminal): Promise<ExitCode> {
  return withServices(terminal, [], async ({ platform: { dataSource, keyRing, clock } }) => {
    const rotated = await new KeyRotation(dataSource, keyRing, SEALED).rotate(clock.now());
    if (rotated.ok) {
      terminal.print(terminal.t('keys.rotated', { rows: rotated.value.rows }));
      terminal.tell(keyRing.isSecretSet ? 'keys.keep_secret' : 'keys.keep_file', { path: keyRing.file.path });
      return 0;
    }
    const { error } = rotated;
    if (error.type === 'busy' || error.type === 'nothing-to-change-to') {
      return terminal.fail(error.type === 'busy' ? 'keys.busy' : 'keys.nothing_to_change_to');
    }
    return terminal.fail(...keyProblem(error));
  });
}

/** Why the keys cannot be had, as a message and its values. */
export function keyProblem(failure: KeyRingFailure): [string, Record<string, string>] {
  switch (failure.type) {
    case 'missing-key':
      return [failure.secretIsSet ? 'keys.missing_secret' : 'keys.missing_file', { path: failure.path }];
    case 'broken-key-file':
      return ['keys.broken_file', { path: failure.path }];
    case 'key-file':
      return ['keys.file', { path: failure.path, code: failure.code }];
  }
}
