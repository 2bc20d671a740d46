import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { countOf, textOf, type SimulatedWorld } from './simulated-world.ts';

/** What `demo --keep` must know of a world that only lived in memory. */
const memorySchema = z.object({
  /** Tokens of campaigners' private links, by campaign. */
  tokens: z.record(z.string(), z.string()),
  slugs: z.record(z.string(), z.string()),
  counts: z.record(z.string(), z.number().int()),
  /** Who follows whom, newest first. */
  follows: z.array(z.tuple([z.string(), z.string()])),
});
export type DemoMemory = z.infer<typeof memorySchema>;

/** Puts followers back where they were. */
export function recall(world: SimulatedWorld, { counts, follows }: DemoMemory): void {
  for (const [person, account] of follows.toReversed()) world.follow(person, account);
  for (const [account, count] of Object.entries(counts)) world.setFollowers(account, count);
}

/** The part of the memory that changes while the demo runs. */
export function remember(world: SimulatedWorld): Pick<DemoMemory, 'counts' | 'follows'> {
  return {
    counts: Object.fromEntries(world.accounts.map((account) => [textOf(account), countOf(account)])),
    follows: world.accounts.flatMap((account) =>
      account.followers.map((person): [string, string] => [textOf(person), textOf(account)]),
    ),
  };
}

/** The file in the demo's folder; a world that was not made to its end has none. */
export class MemoryFile {
  private readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, 'demo-world.json');
  }

  /** Null when there is none, or none of this version. */
  async read(): Promise<DemoMemory | null> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    return memorySchema.safeParse(JSON.parse(text)).data ?? null;
  }

  async write(memory: DemoMemory): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await writeFile(`${this.path}.partial`, JSON.stringify(memory), { mode: 0o600 });
    await rename(`${this.path}.partial`, this.path);
  }

  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
