import { describe, expect, test } from '@jest/globals';
import { lelibreedu } from '../../test/support/campaign-facts.ts';
import { translator } from '../platform/text.ts';
import { forecastWords, shownHandle, statusWords, titleParts } from './campaign-words.ts';

const facts = lelibreedu(2);
const french = translator('fr');

describe('a forecast', () => {
  const between = (earliest: string, latest: string): string | undefined =>
    forecastWords(
      {
        ...facts,
        forecast: { type: 'crosses', crossesOn: new Date(earliest), earliest: new Date(earliest), latest: new Date(latest), perDay: 100 },
      },
      french,
    )?.html;

  test('names the month once, or the day once, or both years', () => {
    expect(between('2023-09-03T10:00Z', '2023-09-05T10:00Z')).toContain('entre le 3 et le 5 septembre');
    expect(between('2023-09-30T10:00Z', '2023-10-01T10:00Z')).toContain('entre le 30 septembre et le 1er octobre');
    expect(between('2023-12-30T10:00Z', '2024-01-02T10:00Z')).toContain('entre le 30 décembre 2023 et le 2 janvier 2024');
    expect(between('2023-09-04T08:00Z', '2023-09-04T18:00Z')).toContain('vers le 4 septembre');
  });

  test('says what one more day’s worth of follows does', () => {
    const words = forecastWords({ ...facts, forecast: { ...facts.forecast, type: 'crosses', crossesOn: facts.now, earliest: facts.now, latest: facts.now, perDay: 60 } }, french);
    expect(words?.sooner).toBe('60 abonnements de plus avancent ce moment d’une journée.');
  });

  test('is honest when nothing can be said, and silent once it is over', () => {
    expect(forecastWords({ ...facts, forecast: { type: 'not-enough-data' } }, french)?.html).toContain('Encore trop peu de relevés');
    expect(forecastWords({ ...facts, forecast: { type: 'not-closing', reason: 'too-slow' } }, french)?.html).toContain('deux ans');
    expect(forecastWords(lelibreedu(3), french)).toBeNull();
  });
});

test('the status gives the year when it is not this one', () => {
  expect(statusWords(facts, french)).toBe('En cours · jusqu’au lundi 4 septembre');
  expect(statusWords({ ...lelibreedu(3), now: new Date('2026-01-01') }, french)).toBe('Gagné le 4 septembre 2023');
});

test('handles stand out in a title, addresses of mail do not', () => {
  expect(titleParts('Quand @a@b.example et @c.').filter((part) => part.handle)).toEqual([
    { text: '@a@b.example', handle: true },
    { text: '@c', handle: true },
  ]);
  expect(titleParts('me@mail.example').some((part) => part.handle)).toBe(false);
});

test('a handle is shown with its @ and in its own alphabet', () => {
  expect(shownHandle({ handle: 'user@xn--caf-dma.example' })).toBe('@user@café.example');
  expect(shownHandle({ handle: 'lelibreedu' })).toBe('@lelibreedu');
});
