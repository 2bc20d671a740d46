import { describe, expect, test } from '@jest/globals';
import { fail, ok, type Result } from '../domain/result.ts';
import { inOneCall, isIdentified, oneByOne, type AskOne } from './many-accounts.ts';
import type { Asking, FollowerCount, KnownAccount, NetworkFailure } from './network.ts';

const asking = {} as Asking;
const SILENT: NetworkFailure = { type: 'unreachable', detail: 'timeout' };
const LIMITED: NetworkFailure = { type: 'rate-limited', retryAt: null };

function accounts(...handles: string[]): KnownAccount[] {
  return handles.map((handle) => ({ handle, actorUri: `https://a.example/${handle}`, remoteId: `id-${handle}` }));
}

function counted({ handle, actorUri, remoteId }: KnownAccount): Result<FollowerCount, never> {
  return ok({ handle, actorUri, remoteId, limited: false, followers: 1 });
}

/** Answers with the failures given by handle, and remembers who was asked for. */
function asker(failures: Readonly<Record<string, NetworkFailure>> = {}): { ask: AskOne; asked: string[] } {
  const asked: string[] = [];
  const ask: AskOne = async (account) => {
    asked.push(account.handle);
    const failure = failures[account.handle];
    return failure ? fail(failure) : counted(account);
  };
  return { ask, asked };
}

describe('one account after the other', () => {
  test('all are asked for, whatever became of the one before', async () => {
    const { ask, asked } = asker({ b: { type: 'gone' }, c: { type: 'refused' }, d: SILENT });
    const counts = await oneByOne(ask)(accounts('a', 'b', 'c', 'd', 'e'), asking);
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([...counts.values()].map(({ ok }) => ok)).toEqual([true, false, false, false, true]);
  });

  test('none is asked for after a rate limit', async () => {
    const { ask, asked } = asker({ b: LIMITED });
    const counts = await oneByOne(ask)(accounts('a', 'b', 'c', 'd'), asking);
    expect(asked).toEqual(['a', 'b']);
    expect([...counts.keys()]).toEqual(['a', 'b']);
  });

  test('none is asked for after two silences in a row, and an error about one account is no silence', async () => {
    const broken: NetworkFailure = { type: 'unreachable', detail: 'status-500' };
    const { ask, asked } = asker({ a: SILENT, b: broken, c: SILENT, d: SILENT });
    const counts = await oneByOne(ask)(accounts('a', 'b', 'c', 'd', 'e'), asking);
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    expect(counts.has('e')).toBe(false);
  });

  test('none is begun with once it has taken too long', async () => {
    const { ask, asked } = asker();
    const counts = await oneByOne(ask, 0)(accounts('a', 'b', 'c'), asking);
    expect(asked).toEqual(['a']);
    expect([...counts.keys()]).toEqual(['a']);
  });
});

describe('many accounts in one call', () => {
  test('one alone is asked for by the call for one', async () => {
    const { ask, asked } = asker();
    const never = () => Promise.reject(new Error('asked for many'));
    await inOneCall(isIdentified, never, ask)([...accounts('a'), { handle: 'b', actorUri: null, remoteId: null }], asking);
    expect(asked).toEqual(['a', 'b']);
  });

  test('none is asked for apart when the host is not well', async () => {
    const { ask, asked } = asker();
    const counts = await inOneCall(isIdentified, async () => fail(SILENT), ask)(accounts('a', 'b'), asking);
    expect(asked).toEqual([]);
    expect([...counts.keys()]).toEqual(['a', 'b']);
  });
});
