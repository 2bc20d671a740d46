import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../domain/result.ts';
import { keyFromText, newKeyText, type SealingKey } from './sealing.ts';

/** `broken-key-file`: something else than keys is in it. `file`: a code of the operating system, like EACCES. */
export type KeyFileFailure = { type: 'broken-key-file'; path: string } | { type: 'key-file'; path: string; code: string };

const OTHERS = constants.S_IRWXG | constants.S_IRWXO;
const HEADING = '# What opens the handles in the database of Chiche. Keep a copy, apart from the backups.\n';

/** Keys of a site without SESSION_SECRET: one a line, newest first, in a file that only its owner may read. */
export class KeyFile {
  readonly path: string;

  constructor(private readonly directory: string) {
    this.path = join(directory, 'sealing-keys');
  }

  /** Newest first; none when there is no file. */
  async read(): Promise<Result<SealingKey[], KeyFileFailure>> {
    const texts = await this.texts();
    if (!texts.ok) return texts;
    const keys = texts.value.map(keyFromText);
    return keys.includes(null) ? fail({ type: 'broken-key-file', path: this.path }) : ok(keys.filter((key) => key !== null));
  }

  /** Adds a key; of processes that make the first one at the same moment, one does, and all read the same. */
  async add(): Promise<Result<void, KeyFileFailure>> {
    const texts = await this.texts();
    return texts.ok ? this.write([newKeyText(), ...texts.value], texts.value.length === 0) : texts;
  }

  /** Forgets every key but this one. */
  async keepOnly(id: string): Promise<Result<void, KeyFileFailure>> {
    const texts = await this.texts();
    if (!texts.ok) return texts;
    const kept = texts.value.filter((text) => keyFromText(text)?.id === id);
    if (kept.length === texts.value.length) return ok(undefined);
    if (kept.length > 0) return this.write(kept, false);
    return this.trying(() => rm(this.path));
  }

  /** Whether somebody else on this machine may read it; false when there is no file. */
  async isOpenToOthers(): Promise<boolean> {
    const found = await this.trying(() => stat(this.path));
    return found.ok && (found.value.mode & OTHERS) !== 0;
  }

  private async texts(): Promise<Result<string[], KeyFileFailure>> {
    const content = await this.trying(() => readFile(this.path, 'utf8'));
    if (content.ok) return ok(content.value.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
    return content.error.type === 'key-file' && content.error.code === 'ENOENT' ? ok([]) : content;
  }

  /** Whole or not at all, and on the disk before anything is sealed with it. */
  private async write(texts: readonly string[], first: boolean): Promise<Result<void, KeyFileFailure>> {
    return this.trying(async () => {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      const partial = `${this.path}.${randomUUID()}`;
      const file = await open(partial, 'w', 0o600);
      await file.writeFile(HEADING + texts.map((text) => `${text}\n`).join(''));
      await file.sync();
      await file.close();
      if (first) await linkUnlessThere(partial, this.path);
      else await rename(partial, this.path);
      const folder = await open(this.directory, 'r');
      await folder.sync();
      await folder.close();
    });
  }

  private async trying<T>(work: () => Promise<T>): Promise<Result<T, KeyFileFailure>> {
    try {
      return ok(await work());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      return fail({ type: 'key-file', path: this.path, code });
    }
  }
}

/** Unlike a renaming, it never takes the place of what another process wrote meanwhile. */
async function linkUnlessThere(partial: string, path: string): Promise<void> {
  await link(partial, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(partial);
}
