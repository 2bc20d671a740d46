/** How many of some accounts live on a server. */
export type HostCount = { readonly host: string; readonly count: number };
