import type { TestWorld } from './world.ts';

/**
 * What somebody does on their server's page without a browser: reads it and presses a button. Returns the page's words and
 * where they are sent then; null: nowhere. `headers` are those of their browser.
 */
export async function decide(
  world: Pick<TestWorld, 'address'>,
  address: string,
  decision: 'allow' | 'deny',
  headers: Readonly<Record<string, string>> = {},
): Promise<{ says: string; location: URL | null }> {
  const { host, pathname, search } = new URL(address);
  const page = await (await fetch(`http://${world.address}/~${host}${pathname}${search}`, { headers })).text();
  const action = /action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) return { says: page, location: null };
  const inputs = [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].filter(([, name]) => name !== 'decision');
  const fields = inputs.map(([, name = '', value = '']): [string, string] => [name, unescape(value)]);
  const body = new URLSearchParams([...fields, ['decision', decision]]);
  const answer = await fetch(`http://${world.address}${action}`, { method: 'POST', body, headers, redirect: 'manual' });
  const location = answer.headers.get('location');
  return { says: page, location: location === null ? null : new URL(location) };
}

function unescape(text: string): string {
  return text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}
