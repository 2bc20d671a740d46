import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import parser from 'activitypub-http-signatures';
import { isSignedBy } from '../../test/support/signatures.ts';
import { signatureHeaders } from './http-signatures.ts';

/** The key pair `Test` of draft-cavage-http-signatures-12, appendix C. */
const DRAFT_KEY = createPrivateKey(`-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QF
NUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+F
UR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQAB
AoGBAJR8ZkCUvx5kzv+utdl7T5MnordT1TvoXXJGXK7ZZ+UuvMNUCdN2QPc4sBiA
QWvLw1cSKt5DsKZ8UETpYPy8pPYnnDEz2dDYiaew9+xEpubyeW2oH4Zx71wqBtOK
kqwrXa/pzdpiucRRjk6vE6YY7EBBs/g7uanVpGibOVAEsqH1AkEA7DkjVH28WDUg
f1nqvfn2Kj6CT7nIcE3jGJsZZ7zlZmBmHFDONMLUrXR/Zm3pR5m0tCmBqa5RK95u
412jt1dPIwJBANJT3v8pnkth48bQo/fKel6uEYyboRtA5/uHuHkZ6FQF7OUkGogc
mSJluOdc5t6hI1VsLn0QZEjQZMEOWr+wKSMCQQCC4kXJEsHAve77oP6HtG/IiEn7
kpyUXRNvFsDE0czpJJBvL/aRFUJxuRK91jhjC68sA7NsKMGg5OXb5I5Jj36xAkEA
gIT7aFOYBFwGgQAQkWNKLvySgKbAZRTeLBacpHMuQdl1DfdntvAyqpAZ0lY0RKmW
G6aFKaqQfOXKCyWoUiVknQJAXrlgySFci/2ueKlIE1QqIiLSZ8V8OlpFLRnb1pzI
7U1yQXnTAEFYM560yJlzUpOb1V4cScGd365tiSMvxLOvTA==
-----END RSA PRIVATE KEY-----`);

const AT = new Date('2023-09-02T10:00:00Z');
const KEY_ID = 'https://chiche.example/actor#main-key';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** As a server receives it. */
async function received(url: string, as = url): Promise<{ method: string; url: string; headers: Record<string, string> }> {
  const { host, pathname, search } = new URL(as);
  const headers = await signatureHeaders({ method: 'GET', url: new URL(url), at: AT }, { id: KEY_ID, privateKey });
  return { method: 'GET', url: pathname + search, headers: { host, ...headers } };
}

test('the basic test of the draft (appendix C.2) comes out to the letter', async () => {
  const request = {
    method: 'POST',
    url: new URL('https://example.com/foo?param=value&pet=dog'),
    at: new Date('2014-01-05T21:31:40Z'),
  };
  expect(await signatureHeaders(request, { id: 'Test', privateKey: DRAFT_KEY })).toEqual({
    date: 'Sun, 05 Jan 2014 21:31:40 GMT',
    signature:
      'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",' +
      'signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFY' +
      'Rqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="',
  });
});

describe('a verifier that others wrote', () => {
  test.each(['https://social.example/users/mairie', 'https://social.example/users/mairie/followers?page=1&x=%C3%A9'])(
    'accepts %s',
    async (url) => {
      const signature = parser.parse(await received(url));
      expect(signature?.keyId).toBe(KEY_ID);
      expect(signature?.verify(publicKeyPem)).toBe(true);
    },
  );

  test.each([
    ['another path', 'https://social.example/users/prefecture'],
    ['another query', 'https://social.example/users/mairie?page=2'],
    ['another host', 'https://other.example/users/mairie'],
  ])('refuses the signature for %s', async (_name, as) => {
    const request = await received('https://social.example/users/mairie', as);
    expect(parser.parse(request)?.verify(publicKeyPem)).toBe(false);
    expect(isSignedBy(publicKeyPem, request, AT)).toBe(false);
  });
});

test('what the tests demand of a signature is its time too', async () => {
  const request = await received('https://social.example/users/mairie');
  expect(isSignedBy(publicKeyPem, request, AT)).toBe(true);
  expect(isSignedBy(publicKeyPem, request, new Date('2023-09-03T10:00:00Z'))).toBe(false);
  const unsigned = { ...request, headers: { host: 'social.example' } };
  expect(isSignedBy(publicKeyPem, unsigned, AT)).toBe(false);
});
