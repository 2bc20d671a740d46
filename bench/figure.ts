/** One measured figure and the bound it must keep. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** `>= 0.5`, `<= 1.5`; null: told for information. */
  target: string | null;
  ok: boolean;
}

/** A figure that must be at least `bound`. */
export function atLeast(name: string, value: number, bound: number, unit: string): Figure {
  return { name, value: rounded(value), unit, target: `>= ${bound}`, ok: value >= bound };
}

/** A figure that must be at most `bound`. */
export function atMost(name: string, value: number, bound: number, unit: string): Figure {
  return { name, value: rounded(value), unit, target: `<= ${bound}`, ok: value <= bound };
}

export function told(name: string, value: number, unit: string): Figure {
  return { name, value: rounded(value), unit, target: null, ok: true };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
