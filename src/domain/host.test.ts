import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatHost, parseHost } from './host.ts';

test('a host is accepted once, in one form', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'grapheme' })), (text) => {
      const host = parseHost(text);
      if (host.ok) expect(parseHost(host.value)).toEqual(host);
    }),
  );
});

test('no address of a machine passes for a host', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), (address) => {
      expect(parseHost(address).ok).toBe(false);
      expect(parseHost(`[${address}]`).ok).toBe(false);
    }),
  );
});

test('digits of other alphabets are no way around that', () => {
  expect(parseHost('１２７.０.０.１').ok).toBe(false);
  expect(parseHost('１２７.１')).toEqual({ ok: false, error: { type: 'forbidden-host', host: '127.0.0.1' } });
  expect(parseHost('a.１').ok).toBe(false);
});

test('what is shown leads to the host that it is shown for', () => {
  fc.assert(
    fc.property(fc.constantFrom('éducation', 'faß', 'пример', '例え', 'παράδειγμα', 'مثال', 'mastodon'), (label) => {
      const host = parseHost(`${label}.example`);
      if (!host.ok) throw new Error(`${label} was refused`);
      expect(parseHost(formatHost(host.value))).toEqual(host);
    }),
  );
});
