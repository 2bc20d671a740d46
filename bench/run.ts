import { availableParallelism } from 'node:os';
import { benchCards } from './cards.ts';
import { benchForecast, forecastTable } from './forecast.ts';
import { benchHistory } from './history.ts';
import { benchLists } from './lists.ts';
import { benchPage } from './page.ts';
import { benchPledges } from './pledges.ts';
import { benchPosts } from './posts.ts';
import { benchReadings } from './readings.ts';
import { benchSignIns } from './sign-ins.ts';
import { benchSupporters } from './supporters.ts';
import type { Figure } from './figure.ts';

const BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  page: benchPage,
  lists: benchLists,
  pledges: benchPledges,
  supporters: benchSupporters,
  'sign-ins': benchSignIns,
  posts: benchPosts,
  readings: benchReadings,
  history: benchHistory,
  cards: benchCards,
  forecast: benchForecast,
};

/**
 * `npm run bench [-- NAME… --json]`: a line for each figure; ends with 1 when one misses its target.
 * `npm run bench -- forecast --table`: the Markdown of docs/forecast.md instead.
 */
async function main(asked: readonly string[]): Promise<void> {
  if (asked.includes('--table')) {
    process.stdout.write(forecastTable());
    return;
  }
  const names = asked.filter((word) => !word.startsWith('--'));
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    process.stderr.write(`There is no bench “${unknown}”: ${Object.keys(BENCHES).join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length === 0 || names.includes(name)) figures.push(...(await bench()));
  }
  process.stdout.write(asked.includes('--json') ? `${JSON.stringify(figures)}\n` : asTable(figures));
  if (figures.some(({ ok }) => !ok)) process.exitCode = 1;
}

function asTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ name, value, unit, target, ok }) =>
    [name.padEnd(66), String(value).padStart(9), unit.padEnd(4), (target ?? '').padEnd(9), ok ? 'ok' : 'MISSED'].join(' '),
  );
  return `${lines.join('\n')}\n${availableParallelism()} cores, Node ${process.versions.node}\n`;
}

await main(process.argv.slice(2));
