/**
 * The outcome of something that is expected to fail at times.
 * Failures are values so that a caller has to look at them; throwing is kept for bugs.
 */
export type Result<T, E> = Ok<T> | Failed<E>;
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Failed<E> = { readonly ok: false; readonly error: E };

/** Wraps a success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Wraps an expected failure; by convention `error` carries a `type` to switch on. */
export function fail<E>(error: E): Failed<E> {
  return { ok: false, error };
}
