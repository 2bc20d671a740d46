/** A module of what was built, as `npm start` runs it: Node strips types, but knows no decorators. */
export async function built<T>(path: string): Promise<T> {
  return (await import(new URL(`../../dist/src/${path}.js`, import.meta.url).href)) as T;
}
