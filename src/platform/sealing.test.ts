import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyFromSecret, keyFromText, keyIdOf, newKeyText, SealingKey } from './sealing.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new SealingKey(Buffer.from(bytes)));

describe('what is sealed', () => {
  test('opens in its place, with its key', () => {
    fc.assert(
      fc.property(key, text, text, (one, place, secret) => {
        const sealed = one.seal(place, secret);
        expect(keyIdOf(sealed)).toBe(one.id);
        expect(one.open(place, sealed)).toBe(Buffer.from(secret).toString());
      }),
    );
  });

  test('opens in no other place and with no other key', () => {
    fc.assert(
      fc.property(key, key, text, text, text, (one, other, place, elsewhere, secret) => {
        const sealed = one.seal(place, secret);
        if (elsewhere !== place) expect(one.open(elsewhere, sealed)).toBeNull();
        if (other.id === one.id) return;
        expect(other.open(place, sealed)).toBeNull();
        // Not even under the other key's name.
        expect(other.open(place, sealed.replace(one.id, other.id))).toBeNull();
      }),
    );
  });

  test('does not open when any of its bits was turned, or when it was cut short', () => {
    const one = keyFromSecret('a secret of at least 32 characters');
    const sealed = one.seal('table.column/1', 'suzie@piaille.example');
    const bytes = Buffer.from(sealed.slice(one.id.length + 1), 'base64url');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const turned = Buffer.from(bytes);
        turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(one.open('table.column/1', `${one.id}.${turned.toString('base64url')}`)).toBeNull();
      }),
    );
    for (let length = 0; length < sealed.length; length += 1) expect(one.open('table.column/1', sealed.slice(0, length))).toBeNull();
  });

  test('looks different each time, and tells nothing of what is in it', () => {
    const one = keyFromSecret('a secret of at least 32 characters');
    const sealed = Array.from({ length: 100 }, () => one.seal('here', 'suzie@piaille.example'));
    expect(new Set(sealed).size).toBe(100);
    for (const each of sealed) expect(Buffer.from(each.slice(one.id.length + 1), 'base64url').toString('latin1')).not.toContain('suzie');
  });
});

describe('a keyed hash', () => {
  test('is the same for the same text, and another for another text, purpose or key', () => {
    fc.assert(
      fc.property(key, key, text, text, (one, other, a, b) => {
        expect(one.hash('handle', a)).toBe(one.hash('handle', a));
        expect(one.hash('handle', a)).not.toBe(one.hash('host', a));
        if (Buffer.from(a).compare(Buffer.from(b)) !== 0) expect(one.hash('handle', a)).not.toBe(one.hash('handle', b));
        if (one.id !== other.id) expect(one.hash('handle', a)).not.toBe(other.hash('handle', a));
      }),
    );
  });
});

describe('a key', () => {
  test('comes back from its text, and from nothing else', () => {
    const kept = newKeyText();
    expect(keyFromText(kept)?.id).toBe(keyFromText(kept)?.id);
    expect(keyFromText(newKeyText())?.id).not.toBe(keyFromText(kept)?.id);
    for (const wrong of ['', kept.slice(1), `${kept}A`, kept.replace(/.$/, '!')]) expect(keyFromText(wrong)).toBeNull();
  });

  test('of a secret is always the same, and cannot be read from its id', () => {
    expect(keyFromSecret('x'.repeat(32)).id).toBe(keyFromSecret('x'.repeat(32)).id);
    expect(keyFromSecret('x'.repeat(32)).id).not.toBe(keyFromSecret('x'.repeat(33)).id);
    expect(keyFromSecret('x'.repeat(32)).id).toMatch(/^[\w-]{11}$/);
  });
});
