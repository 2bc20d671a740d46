import type { DataSource } from 'typeorm';
import { KeyRing } from '../../src/platform/key-ring.ts';

/** Of sites that live for a test. */
export const TEST_SECRET = 'a secret that everybody knows, for tests alone';

/** Keys without a file. */
export function testKeyRing(dataSource: DataSource): KeyRing {
  return new KeyRing(dataSource, { sessionSecret: TEST_SECRET, previousSessionSecret: null, dataDirectory: '/nowhere' });
}
