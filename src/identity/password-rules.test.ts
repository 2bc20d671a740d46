import { describe, expect, test } from '@jest/globals';
import { passwordProblem } from './password-rules.ts';

describe('a password', () => {
  test.each(['correct cheval pile agrafe', 'Xk7#mQ2!vL9p', 'les mouettes rient 3 fois', 'ünïcödé-çà-gêne'])(
    '%s will do',
    (password) => expect(passwordProblem(password, 'camille')).toBeNull(),
  );

  test('is neither short nor endless, counted in characters', () => {
    expect(passwordProblem('abcde12345!', 'camille')).toEqual({ type: 'too-short', min: 12 });
    expect(passwordProblem('🐘'.repeat(11), 'camille')).toEqual({ type: 'too-short', min: 12 });
    expect(passwordProblem('un mot '.repeat(40), 'camille')).toEqual({ type: 'too-long', max: 200 });
  });

  test('does not hold its own name', () => {
    expect(passwordProblem('Camille-2026-!', 'camille')).toEqual({ type: 'contains-name' });
    expect(passwordProblem('la gare de Lyon', 'ga')).toBeNull();
  });

  test.each(['aaaaaaaaaaaaaaaa', '121212121212', '123456789012', '987654321098', 'azertyuiopqs', 'Password2026', 'motdepasse!!12'])(
    '%s is what guessers try first',
    (password) => expect(passwordProblem(password, 'camille')).toEqual({ type: 'too-simple' }),
  );
});
