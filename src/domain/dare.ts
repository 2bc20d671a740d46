/** Every kind of dare a campaign can set, in the order they are offered. */
export const DARE_KINDS = ['overtake', 'reach', 'open'] as const;
export type DareKind = (typeof DARE_KINDS)[number];

/**
 * What a campaign dares the public to do with the followers on the fediverse:
 * have more than on X, have `target` of them at least, or simply grow.
 */
export type Dare =
  | { readonly kind: 'overtake' }
  | { readonly kind: 'reach'; readonly target: number }
  | { readonly kind: 'open' };
