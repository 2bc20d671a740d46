/**
 * Works with a signal that comes some milliseconds after `stop` did: most of what is under way is done by then, and of what is cut
 * off nobody knows what became of it.
 */
export async function withLastSeconds<T>(stop: AbortSignal, milliseconds: number, work: (end: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const endSoon = (): void => AbortSignal.timeout(milliseconds).addEventListener('abort', () => end.abort(), { once: true });
  stop.addEventListener('abort', endSoon, { once: true });
  try {
    return await work(end.signal);
  } finally {
    stop.removeEventListener('abort', endSoon);
  }
}
