/**
 * Which readings are more than the daily values that are kept for ever: all but the last of each day, on each of the
 * calendars that `days` gives (a moment's day as any text), and those at `standing` instants (milliseconds).
 * `readings` are in order of time, whole days of them.
 */
export function superfluous<Reading extends { readonly at: Date }>(
  readings: readonly Reading[],
  days: readonly ((moment: Date) => string | number)[],
  standing: ReadonlySet<number>,
): Reading[] {
  return readings.filter(({ at }, index) => {
    const next = readings[index + 1];
    return next !== undefined && !standing.has(at.getTime()) && days.every((dayOf) => dayOf(at) === dayOf(next.at));
  });
}
