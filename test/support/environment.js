import { readFile } from 'node:fs/promises';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Lives as long as Jest's worker does: while the embedded database is known, V8 compiles it for no suite again, and keeps what it
 * learnt of it.
 */
const embedded = readFile(new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))).then((bytes) => WebAssembly.compile(bytes));

export default class extends TestEnvironment {
  /** @override */
  async setup() {
    await super.setup();
    await embedded;
  }
}
