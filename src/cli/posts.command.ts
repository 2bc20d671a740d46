import type { Command } from 'commander';
import { PostsModule } from '../posts/posts.module.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import type { Act } from './act.ts';
import { withServices } from './context.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `posts pause|resume`: one switch for everything that bots publish; what is planned waits. */
export function addPostCommands(program: Command, terminal: Terminal, act: Act): void {
  const posts = program.command('posts').description(terminal.t('posts.description'));
  posts.command('pause').description(terminal.t('posts.pause')).action(act(() => setPaused(terminal, true)));
  posts.command('resume').description(terminal.t('posts.resume')).action(act(() => setPaused(terminal, false)));
}

function setPaused(terminal: Terminal, paused: boolean): Promise<ExitCode> {
  return withServices(terminal, [PostsModule], async (services) => {
    await services.get(PublicationLedger).setPaused(paused);
    terminal.tell(paused ? 'posts.paused' : 'posts.resumed');
    return 0;
  });
}
