import type { Result } from '../../src/domain/result.ts';

/** What came of something that a test takes for granted. */
export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
