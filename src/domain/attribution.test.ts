import { expect, test } from '@jest/globals';
import { mayBeCreditedOn } from './attribution.ts';

test.each<[string[], string, boolean]>([
  [['chiche.example'], 'chiche.example', true],
  [['example.org', 'Chiche.Example '], 'chiche.example', true],
  [['chiche.example'], 'www.chiche.example', true],
  [['www.chiche.example'], 'chiche.example', false],
  [['iche.example'], 'chiche.example', false],
  [['other.example'], 'chiche.example', false],
  [[], 'chiche.example', false],
])('%j allows %s: %s', (domains, host, allowed) => {
  expect(mayBeCreditedOn(domains, host)).toBe(allowed);
});
