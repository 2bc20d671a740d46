import { domainToASCII, domainToUnicode } from 'node:url';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

/** Why a text does not name a server on the public internet; `host` is shown back. */
export type HostError =
  | { readonly type: 'forbidden-host'; readonly host: string }
  | { readonly type: 'too-long' }
  | { readonly type: 'malformed' };

const MAX_HOST = 253;
const MAX_LABEL = 63;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** Everything else (`/ ? # %` …) would make `domainToASCII` read another host than the one that was typed. */
const HOST_TEXT = /^[\p{L}\p{M}\p{N}.·:[\]-]+$/u;
/** A port, an IPv6 address, or a last label that a browser would take for part of an IPv4 address. */
const PORT_OR_IP = /[:[\]]|(?:^|\.)(?:\d+|0x[\da-f]*)$/i;

/** A server's name as a lower-case A-label: at least two labels, neither an IP address nor a port. */
export function parseHost(text: string): Result<string, HostError> {
  if (!HOST_TEXT.test(text)) return fail({ type: 'malformed' });
  if (PORT_OR_IP.test(text)) return fail({ type: 'forbidden-host', host: text });
  const host = domainToASCII(text);
  const labels = host.split('.');
  if (host.length > MAX_HOST || labels.some((label) => label.length > MAX_LABEL)) return fail({ type: 'too-long' });
  if (!labels.every((label) => LABEL.test(label))) return fail({ type: 'malformed' });
  // A name of one label, or of another alphabet's digits, only means something inside a private network.
  if (labels.length < 2 || PORT_OR_IP.test(host)) return fail({ type: 'forbidden-host', host });
  return ok(host);
}

const LONE_SCRIPTS = [
  ...['Arabic', 'Armenian', 'Bengali', 'Cyrillic', 'Devanagari', 'Georgian', 'Greek', 'Gujarati', 'Hebrew'],
  ...['Kannada', 'Khmer', 'Lao', 'Latin', 'Malayalam', 'Sinhala', 'Tamil', 'Telugu', 'Thai'],
];

/** Scripts that share a host without one's letters passing for another's (Unicode TS 39, "highly restrictive"). */
const ALPHABETS = [
  ...LONE_SCRIPTS.map((script) => [script]),
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
].map((scripts) => {
  const letters = scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('');
  return new RegExp(`^(?:(?=[\\p{L}\\p{M}])[${letters}]|[0-9.-])+$`, 'u');
});

/** The host in its own alphabet, or its A-label when letters of one alphabet could pass for another's. */
export function formatHost(host: string): string {
  const unicode = domainToUnicode(host);
  return ALPHABETS.some((alphabet) => alphabet.test(unicode)) ? unicode : host;
}
