import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { likeness, looksLike } from './likeness.ts';

const words = 'Ministère,de l’,Éducation,nationale,Ville,Lyon,numérique,de la,Santé,(ANSSI)'.split(',');
const name = fc.oneof(
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'grapheme' }),
);

describe('names of one institution', () => {
  test.each([
    ['Ministère de l’Éducation nationale', 'EDUCATION NATIONALE'],
    ["Ministère de l'Education Nationale", 'Ministère de l’Éducation nationale et de la Jeunesse'],
    ['Ministère de la Culture', 'Ministry of Culture'],
    ['Ville de Lyon', 'Lyon'],
    ['DINUM', 'Direction interministérielle du numérique'],
    ['ANSSI', 'Agence nationale de la sécurité des systèmes d’information (ANSSI)'],
    ['INSEE', 'Institut national de la statistique et des études économiques'],
    ['CNIL – Commission nationale de l’informatique et des libertés', 'cnil'],
    ['Comission nationale de l’informatique', 'Commission nationale de l’informatique'],
    ['Préfecture de l’Œuvre', 'prefecture de l oeuvre'],
  ])('%s / %s look alike', (a, b) => {
    expect(looksLike(a, b)).toBe(true);
  });
});

describe('names of different institutions', () => {
  test.each([
    ['Ministère de l’Intérieur', 'Ministère de l’Agriculture'],
    ['Ville de Lyon', 'Université de Lyon'],
    ['Ville de Lyon', 'Ville de Lille'],
    ['Université Paris 8', 'Université Paris 1'],
    ['DINUM', 'Agence nationale de la sécurité des systèmes d’information'],
    ['constructor', 'Ministère de la Culture'],
    ['', ''],
  ])('%s / %s do not', (a, b) => {
    expect(looksLike(a, b)).toBe(false);
  });
});

test('likeness is mutual, from 0 to 1, blind to case, accents and order, and whole for the same name', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(likeness(a, b)).toBe(likeness(b, a));
      expect(likeness(a, b)).toBeGreaterThanOrEqual(0);
      expect(likeness(a, b)).toBeLessThanOrEqual(1);
      // A name of nothing but articles and signs is like no other, itself included.
      expect([0, 1]).toContain(likeness(a, a));
    }),
  );
  expect(likeness('Nationale Éducation', 'ÉDUCATION nationale')).toBe(1);
});

test('a name made to be slow to read is read at once', () => {
  const words = Array.from({ length: 300 }, () => 'aaaaaab').join(' ');
  expect(likeness('a'.repeat(300), words)).toBe(0);
  expect(looksLike('aaaaaaaaaa', 'aaab '.repeat(9))).toBe(true);
});
