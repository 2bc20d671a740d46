import type { HeldData } from '../../src/pledges/held-data.ts';

/** What is held of a promise that was just made. */
export const HELD: HeldData = {
  campaign: 'lelibreedu',
  handle: 'camille@framapiaf.org',
  server: 'framapiaf.org',
  account: null,
  state: 'pending',
  promisedAt: new Date('2023-09-02T07:30:00Z'),
  changedAt: new Date('2023-09-02T07:30:00Z'),
  condition: null,
  consent: { version: '2026-11', at: new Date('2023-09-02T07:30:00Z') },
  shownByName: null,
  proof: null,
  kept: null,
  follow: { state: 'unreachable', url: null },
  broughtByLink: null,
  tellBy: [],
};
