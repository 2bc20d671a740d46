import { setTimeout as pause } from 'node:timers/promises';
import { startChiche, type RunningChiche } from '../../app.ts';
import { Staffing } from '../../identity/staffing.service.ts';
import { SettableClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { migrate, openDatabase, type OpenDatabase } from '../../platform/database.ts';
import { emptyScratch, markScratch, scratchState } from '../../platform/scratch-database.ts';
import { ReadingSchedule } from '../../readings/reading-schedule.service.ts';
import { SCHEMA } from '../../schema.ts';
import { openServices, problemsOf } from '../context.ts';
import { signInLink } from '../staff.command.ts';
import type { ExitCode, Terminal } from '../terminal.ts';
import { demoPlace, type DemoPlace } from './demo-place.ts';
import { addInstitutions } from './demo-institutions.ts';
import { DemoLife } from './demo-life.ts';
import { MemoryFile, recall, remember, type DemoMemory } from './demo-memory.ts';
import { addPeople, VISITORS } from './demo-people.ts';
import { DEMO_FEATURES, DEMO_STAFF, seedDemo } from './demo-seed.ts';
import { must } from './seeding.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from './simulated-fediverse.ts';

/** The first people have pledged or follow before the demo starts. */
const NEWCOMERS_FROM = 70;
const STEP_MILLISECONDS = 1_000;
const REMEMBER_EVERY = 10;

export interface DemoOptions {
  /** Goes on with the world of the last time, if there is one. */
  keep: boolean;
  /** Called once the world is made: aborted when the demo is to end. */
  untilStopped: () => AbortSignal;
}

/** Starts the demo, tells where everything is, and lets it live until it is told to stop. */
export async function runDemo(terminal: Terminal, options: DemoOptions): Promise<ExitCode> {
  const fediverse = await startSimulatedFediverse();
  try {
    const place = await demoPlace(terminal.environment, fediverse.address);
    if (place.ok) return await runAt(place.value, terminal, fediverse, options);
    if (place.error.type === 'port-taken') return terminal.fail('demo.port_taken', { port: String(place.error.port) });
    for (const problem of problemsOf(terminal, place.error)) terminal.complain(problem);
    return 1;
  } finally {
    await fediverse.close();
  }
}

async function runAt(
  place: DemoPlace,
  terminal: Terminal,
  fediverse: SimulatedFediverse,
  options: DemoOptions,
): Promise<ExitCode> {
  try {
    const database = await openDatabase(place.config, SCHEMA);
    if (!database.ok) {
      for (const problem of problemsOf(terminal, database.error)) terminal.complain(problem);
      return 1;
    }
    try {
      return await new Demo(terminal, place, database.value, fediverse).run(options);
    } finally {
      await database.value.close();
    }
  } finally {
    await place.release();
  }
}

class Demo {
  private readonly people: readonly string[];
  private readonly file: MemoryFile;
  private readonly config: Config;

  constructor(
    private readonly terminal: Terminal,
    private readonly place: DemoPlace,
    private readonly database: OpenDatabase,
    private readonly fediverse: SimulatedFediverse,
  ) {
    this.people = addPeople(fediverse);
    addInstitutions(fediverse);
    this.config = place.config;
    this.file = new MemoryFile(place.config.dataDirectory);
  }

  async run({ keep, untilStopped }: DemoOptions): Promise<ExitCode> {
    const state = await scratchState(this.database.dataSource);
    if (state === 'in-use') return this.terminal.fail('demo.not_a_demo', { directory: this.config.dataDirectory });
    const kept = keep && state === 'scratch' ? await this.file.read() : null;
    if (kept !== null) recall(this.fediverse, kept);
    const memory = kept ?? (await this.make(state === 'scratch'));
    await this.place.release();
    const site = must(await startChiche(this.config, { database: this.database }));
    try {
      await this.announce(site, memory);
      await this.live(site, memory, untilStopped());
    } finally {
      await this.file.write({ ...memory, ...remember(this.fediverse) });
      await site.close();
    }
    return 0;
  }

  /** Empties the database and makes the world anew. */
  private async make(used: boolean): Promise<DemoMemory> {
    const progress = this.terminal.progress('demo.making');
    const { dataSource } = this.database;
    await this.file.forget();
    if (used) await emptyScratch(dataSource);
    await migrate(dataSource);
    await markScratch(dataSource);
    const start = new Date();
    const clock = new SettableClock(start);
    const services = await openServices(this.config, this.database, DEMO_FEATURES, clock);
    const parts = { services, clock, world: this.fediverse, people: this.people, start };
    const seeded = await seedDemo(parts, (done, total) => progress.at(done, total));
    await services.close();
    progress.end();
    const entries = Object.entries(seeded);
    const memory = {
      tokens: Object.fromEntries(entries.map(([name, { token }]) => [name, token])),
      slugs: Object.fromEntries(entries.map(([name, { campaign }]) => [name, campaign.slug])),
      ...remember(this.fediverse),
    };
    await this.file.write(memory);
    return memory;
  }

  private async announce(site: RunningChiche, { tokens, slugs }: DemoMemory): Promise<void> {
    const { publicUrl } = this.config;
    const { token } = must(await site.get(Staffing).issueLink(DEMO_STAFF));
    const campaign = (name: string): string => `${publicUrl}/c/${slugs[name]}`;
    const account = (name: string): string => `${publicUrl}/account/${tokens[name]}`;
    // Since the process began.
    const seconds = Math.round(performance.now() / 100) / 10;
    this.terminal.print(`\n${this.terminal.t('demo.ready', { seconds })}\n`);
    const rows = [
      ['home', `${publicUrl}/`],
      ['live', campaign('portAlder')],
      ['won', campaign('lelibreedu')],
      ['reach', campaign('tidesMuseum')],
      ['open', campaign('valbrume')],
      ['fediverse', `http://${this.fediverse.address.host}:${this.fediverse.address.port}/`],
      ['campaigner_live', account('portAlder')],
      ['campaigner_changes', account('harbourTransit')],
      ['sign_in', signInLink(publicUrl, token)],
      ['moderation', `${publicUrl}/moderation`],
    ];
    const labelled = rows.map(([key, url = '']) => ({ label: this.terminal.t(`demo.${key}`), url }));
    const width = Math.max(...labelled.map(({ label }) => label.length));
    for (const { label, url } of labelled) this.terminal.print(`  ${label.padEnd(width)}  ${url}`);
    this.terminal.print(`\n${this.terminal.t('demo.try', { handle: `@${VISITORS[this.terminal.text.language]}` })}`);
    this.terminal.print(this.terminal.t('demo.stop'));
  }

  private async live(site: RunningChiche, memory: DemoMemory, until: AbortSignal): Promise<void> {
    const { slugs } = memory;
    const schedule = site.get(ReadingSchedule);
    const parts = {
      services: site,
      world: this.fediverse,
      racing: slugs['portAlder'] ?? '',
      slow: ['rochebrune', 'tidesMuseum'].flatMap((name) => slugs[name] ?? []),
      newcomers: this.people.slice(NEWCOMERS_FROM),
      read: (accountId: string) => schedule.plan(accountId, new Date()),
    };
    const life = new DemoLife(parts, new Date());
    for (let steps = 1; !until.aborted; steps += 1) {
      if (await life.step(new Date())) this.terminal.print(this.terminal.t('demo.just_won'));
      if (steps % REMEMBER_EVERY === 0) await this.file.write({ ...memory, ...remember(this.fediverse) });
      await pause(STEP_MILLISECONDS, undefined, { signal: until }).catch(() => undefined);
    }
  }
}
