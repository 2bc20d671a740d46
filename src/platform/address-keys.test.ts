import { expect, test } from '@jest/globals';
import { AddressKeys, subscriberOf } from './address-keys.ts';

const NOON = new Date('2026-11-22T12:00:00Z');

test('an address has one key a day, another tomorrow and in every process', () => {
  const keys = new AddressKeys();
  const key = keys.keyOf('192.0.2.7', NOON);
  expect(keys.keyOf('192.0.2.7', new Date('2026-11-22T23:59:59Z'))).toBe(key);
  expect(keys.keyOf('192.0.2.8', NOON)).not.toBe(key);
  expect(new AddressKeys().keyOf('192.0.2.7', NOON)).not.toBe(key);
  expect(keys.keyOf('192.0.2.7', new Date('2026-11-23T00:00:00Z'))).not.toBe(key);
});

test.each([
  ['2001:db8:1:2::7', '2001:0DB8:0001:0002:ffff::1'],
  ['2001:db8::1', '2001:db8:0:0:1:2:3:4'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['fe80::1%eth0', 'fe80::2'],
])('%s and %s belong to one subscriber', (one, other) => {
  const keys = new AddressKeys();
  expect(keys.keyOf(one, NOON)).toBe(keys.keyOf(other, NOON));
});

test('another /64 is another subscriber', () => {
  const keys = new AddressKeys();
  expect(keys.keyOf('2001:db8:1:2::7', NOON)).not.toBe(keys.keyOf('2001:db8:1:3::7', NOON));
  expect(keys.keyOf('2001:db8:1::1', NOON)).not.toBe(keys.keyOf('2001:db8:1:1::1', NOON));
});

test('what a subscriber holds may be taken for larger', () => {
  expect(subscriberOf('2001:db8:1::1', 48)).toBe(subscriberOf('2001:db8:1:1::1', 48));
  expect(subscriberOf('2001:db8:1::1', 48)).not.toBe(subscriberOf('2001:db8:2::1', 48));
  expect(subscriberOf('192.0.2.7', 48)).toBe('192.0.2.7');
});
