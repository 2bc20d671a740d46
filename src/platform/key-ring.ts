import type { DataSource, EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Config } from './config.ts';
import { KeyFile, type KeyFileFailure } from './key-file.ts';
import { KnownKey } from './known-key.entity.ts';
import { keyFromSecret, keyIdOf, type SealingKey } from './sealing.ts';

/** `missing-key`: the database is sealed with a key that is neither in the configuration nor in the key file. */
export type KeyRingFailure = KeyFileFailure | { type: 'missing-key'; path: string; secretIsSet: boolean };

/** The keys at one moment; what is written under them must be written while {@link IS_CURRENT} holds. */
export class Keys {
  constructor(
    readonly current: SealingKey,
    /** Being replaced: what they sealed is still to be opened, what they hashed to be looked for. */
    readonly old: readonly SealingKey[],
  ) {}

  /** What is new is hashed like this. */
  hash(purpose: string, text: string): string {
    return this.current.hash(purpose, text);
  }

  /** As it may have been hashed before: under the current key, then under those that are being replaced. */
  hashes(purpose: string, text: string): string[] {
    return [this.current, ...this.old].map((key) => key.hash(purpose, text));
  }

  seal(place: string, text: string): string {
    return this.current.seal(place, text);
  }
}

/** SQL that holds as long as the key of this id is the one to seal with; `id` is an expression, like a parameter. */
export function isCurrent(id: string): string {
  return `EXISTS (SELECT FROM known_key WHERE known_key.id = ${id} AND known_key.state = 'current')`;
}

/** The keys to write with in this transaction, until whose end none else becomes current. */
export async function stillCurrent(manager: EntityManager, ring: KeyRing): Promise<Keys> {
  const keys = await ring.keys(manager);
  const [row] = await manager.query<{ id: string }[]>(`SELECT id FROM known_key WHERE state = 'current' FOR SHARE`);
  return row?.id === keys.current.id ? keys : ring.reload(manager);
}

/** Where a sealed text is at home: the same text means nothing in another column or row. */
export function placeOf(table: string, column: string, id: string): string {
  return `${table}.${column}/${id}`;
}

/**
 * The keys that the site holds. The database tells by name which of them is current, so that every process changes to a new
 * one at the same moment; the keys themselves come from SESSION_SECRET or from a file, and never lie in the database. Within a
 * transaction, callers hand it over: the embedded database has no second session that could answer meanwhile.
 */
export class KeyRing {
  readonly file: KeyFile;
  private loaded: Keys | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly config: Pick<Config, 'sessionSecret' | 'previousSessionSecret' | 'dataDirectory'>,
  ) {
    this.file = new KeyFile(config.dataDirectory);
  }

  /** Whether the key to change to is what SESSION_SECRET stands for, and not a line of the file. */
  get isSecretSet(): boolean {
    return this.config.sessionSecret !== null;
  }

  /** The keys as last loaded. Throws when they cannot be had, which a start of the site finds out by {@link load}. */
  async keys(manager = this.database.manager): Promise<Keys> {
    return this.loaded ?? (await this.reload(manager));
  }

  /** Loads them again, since another one became current or was found in the database. */
  async reload(manager = this.database.manager): Promise<Keys> {
    const keys = await this.load(new Date(), manager);
    if (!keys.ok) throw new Error(`The keys cannot be had: ${keys.error.type}.`);
    return keys.value;
  }

  /** Reads the keys, and makes the first one for a database that knows none. */
  async load(now = new Date(), manager = this.database.manager): Promise<Result<Keys, KeyRingFailure>> {
    const known = await this.known(manager);
    const held = await this.held();
    if (!held.ok) return held;
    if (known.length > 0) return this.take(known, held.value);
    if (held.value.length === 0) {
      const added = await this.file.add();
      if (!added.ok) return added;
    }
    const all = await this.held();
    if (!all.ok) return all;
    const values = { id: all.value[0]?.id ?? '', state: 'current' as const, since: now };
    await manager.getRepository(KnownKey).createQueryBuilder().insert().values(values).orIgnore().execute();
    return this.take(await this.known(manager), all.value);
  }

  /** Null: it was altered or moved, or its key is gone for good. */
  async open(place: string, sealed: string, manager = this.database.manager): Promise<string | null> {
    const opened = openWith(await this.keys(manager), place, sealed);
    return opened === undefined ? (openWith(await this.reload(manager), place, sealed) ?? null) : opened;
  }

  /** Whether a database that was just filled can be opened. */
  async fits(manager: EntityManager): Promise<Result<void, KeyRingFailure>> {
    const known = await this.known(manager);
    const held = await this.held();
    if (!held.ok) return held;
    return known.every(({ id }) => held.value.some((key) => key.id === id)) ? ok(undefined) : this.missing();
  }

  /** All keys that the site holds, the one to change to first. */
  async held(): Promise<Result<SealingKey[], KeyFileFailure>> {
    const { sessionSecret, previousSessionSecret } = this.config;
    const inFile = await this.file.read();
    if (!inFile.ok) return inFile;
    const before = previousSessionSecret === null ? [] : [keyFromSecret(previousSessionSecret)];
    return ok(sessionSecret === null ? [...inFile.value, ...before] : [keyFromSecret(sessionSecret), ...before, ...inFile.value]);
  }

  known(manager: EntityManager): Promise<KnownKey[]> {
    return manager.find(KnownKey);
  }

  private take(known: readonly KnownKey[], held: readonly SealingKey[]): Result<Keys, KeyRingFailure> {
    const ids = (state: KnownKey['state']): string[] => known.filter((key) => key.state === state).map(({ id }) => id);
    const byIds = (wanted: string[]): SealingKey[] => held.filter(({ id }) => wanted.includes(id));
    const [current] = byIds(ids('current'));
    const old = byIds(ids('old'));
    if (current === undefined || old.length < ids('old').length) return this.missing();
    this.loaded = new Keys(current, old);
    return ok(this.loaded);
  }

  private missing(): Result<never, KeyRingFailure> {
    return fail({ type: 'missing-key', path: this.file.path, secretIsSet: this.isSecretSet });
  }
}

/** Undefined: none of these keys sealed it. */
function openWith({ current, old }: Keys, place: string, sealed: string): string | null | undefined {
  const id = keyIdOf(sealed);
  return [current, ...old].find((each) => each.id === id)?.open(place, sealed);
}
