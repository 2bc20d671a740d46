import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { languageOf, Terminal } from './terminal.ts';

class Paper extends Writable {
  text = '';

  constructor(readonly isTTY = false) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function terminalOn(out: Paper, err: Paper, LANG = 'en_GB.UTF-8'): Terminal {
  return new Terminal({ out, err, environment: { LANG } });
}

test('the language is found as the C library finds it', () => {
  expect(languageOf({ LANG: 'fr_FR.UTF-8' })).toBe('fr');
  expect(languageOf({ LANG: 'fr_FR.UTF-8', LC_ALL: 'C' })).toBe('en');
  expect(languageOf({ LC_ALL: '', LC_MESSAGES: 'fr_CA', LANG: 'de_DE' })).toBe('fr');
  expect(languageOf({})).toBe('en');
});

test('a table has columns as wide as what is in them', () => {
  const [out, err] = [new Paper(), new Paper()];
  terminalOn(out, err).table(['Name', 'Role'], [['zoé', 'admin'], ['maximilienne', 'moderator']]);
  expect(out.text).toBe('Name          Role\nzoé           admin\nmaximilienne  moderator\n');
});

describe('progress', () => {
  test('is a line for every tenth where nobody watches', () => {
    const [out, err] = [new Paper(), new Paper()];
    const progress = terminalOn(out, err).progress('backup.progress');
    for (let done = 0; done <= 1_000; done += 1) progress.at(done, 1_000);
    progress.end();
    expect(err.text.trim().split('\n')).toHaveLength(11);
    expect(err.text).toContain('Backing up: 30 % (300/1,000)\n');
    expect(out.text).toBe('');
  });

  test('is one line that is rewritten on a terminal', () => {
    const [out, err] = [new Paper(), new Paper(true)];
    const progress = terminalOn(out, err, 'fr_FR').progress('backup.progress');
    for (let done = 0; done <= 1_000; done += 1) progress.at(done, 1_000);
    progress.end();
    expect(err.text.match(/\n/g)).toHaveLength(1);
    expect(err.text.endsWith('\r\u001b[2KSauvegarde\u00a0: 100\u00a0% (1\u202f000/1\u202f000)\n')).toBe(true);
  });

  test('of nothing is done at once', () => {
    const [out, err] = [new Paper(), new Paper()];
    terminalOn(out, err).progress('backup.progress').at(0, 0);
    expect(err.text).toContain('100 %');
  });
});
