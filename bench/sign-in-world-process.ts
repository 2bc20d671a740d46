import type { Asked, Answer, Person } from '../test/support/servers/world.ts';
import { MastodonServer } from '../test/support/servers/mastodon-server.ts';
import { TestWorld } from '../test/support/servers/world.ts';

export type WorldOrder = { type: 'people'; servers: number; each: number } | { type: 'tell' };
export type WorldWord = { type: 'ready'; port: number } | { type: 'told'; applications: number; tokens: number; revoked: number };

/** Milliseconds that every answer takes. */
const SLOWNESS = [500, 1_500] as const;

/** Many people sign in on it at the same time, each from a browser of their own. */
class BusyServer extends MastodonServer {
  override answer(asked: Asked): Answer {
    const user = asked.headers['x-browser-of'];
    this.signedIn = this.people.find((person: Person) => person.user === user) ?? null;
    return super.answer(asked);
  }
}

const servers: BusyServer[] = [];
let answers = 0;
const world = await new TestWorld(() => new Date(), () => {
  answers += 1;
  return SLOWNESS[0] + ((answers * 7_919) % (SLOWNESS[1] - SLOWNESS[0]));
}).start();

process.on('message', (order: WorldOrder) => {
  if (order.type === 'people') {
    for (let n = 0; n < order.servers; n += 1) {
      const server = world.add(new BusyServer(world, `server${n}.example`));
      for (let person = 0; person < order.each; person += 1) server.addPerson(`p${person}`);
      servers.push(server);
    }
    return;
  }
  const sum = (count: (server: BusyServer) => number): number => servers.reduce((total, server) => total + count(server), 0);
  process.send?.({ type: 'told', applications: sum(({ apps }) => apps.size), tokens: sum(({ tokens }) => tokens.size), revoked: sum(({ revoked }) => revoked.length) } satisfies WorldWord);
});
process.send?.({ type: 'ready', port: world.port } satisfies WorldWord);
