import { BotChecks, type BotStanding, type CheckedBot } from '../posts/bot-checks.service.ts';
import type { Services } from './context.ts';
import { failure, warning, well, type Finding } from './finding.ts';

const WRONG = ['refused', 'no-answer', 'sealed'] as const satisfies readonly BotStanding[];

/** Whether bots could publish, told by their servers and how many; the site's own is needed, those of campaigns are their campaigners'. */
export async function* checkBots(services: Services): AsyncGenerator<Finding> {
  const { bots, untried } = await services.get(BotChecks).run();
  const working = bots.filter(({ standing }) => standing === 'works').length;
  const site = bots.find(({ isSite }) => isSite);
  if (bots.length === 0) yield well('bots', 'bots_none');
  if (working > 0) yield well('bots', 'bots_work', { count: working });
  if (site !== undefined && site.standing !== 'works') yield failure('bots', `bot_site_${site.standing}`, { host: site.host ?? '' });
  for (const standing of WRONG) yield* byHost(bots.filter((bot) => !bot.isSite && bot.standing === standing), standing);
  if (untried > 0) yield well('bots', 'bots_untried', { count: untried });
}

function* byHost(bots: readonly CheckedBot[], standing: BotStanding): Generator<Finding> {
  for (const [host, ofHost] of Map.groupBy(bots, (bot) => bot.host)) yield warning('bots', `bots_${standing}`, { host: host ?? '', count: ofHost.length });
}
