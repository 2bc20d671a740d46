import { describe, expect, test } from '@jest/globals';
import { lelibreedu } from '../../test/support/campaign-facts.ts';
import { translator } from '../platform/text.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { forecastWords, shownHandle, statusWords, titleParts } from './campaign-words.ts';

const facts = lelibreedu(2);
const french = translator('fr');

describe('a forecast', () => {
  const crossing = (crossesOn: string, earliest: string, latest: string | null): CampaignFacts => ({
    ...facts,
    forecast: {
      type: 'crosses',
      crossesOn: new Date(crossesOn),
      earliest: new Date(earliest),
      latest: latest === null ? null : new Date(latest),
      perDay: 100,
      followsPerDaySooner: 60,
    },
  });
  const between = (earliest: string, latest: string | null, crossesOn = earliest): string | undefined =>
    forecastWords(crossing(crossesOn, earliest, latest), french)?.html;

  test('names the month once, or the day once, or both years', () => {
    expect(between('2023-09-03T10:00Z', '2023-09-05T10:00Z')).toContain('entre le 3 et le 5 septembre</strong> (huit chances sur dix)');
    expect(between('2023-09-30T10:00Z', '2023-10-01T10:00Z')).toContain('entre le 30 septembre et le 1er octobre');
    expect(between('2023-12-30T10:00Z', '2024-01-02T10:00Z')).toContain('entre le 30 décembre 2023 et le 2 janvier 2024');
    expect(between('2023-09-04T08:00Z', '2023-09-04T18:00Z')).toContain('vers le 4 septembre');
  });

  test('names months where days would sound surer than they are', () => {
    expect(between('2023-09-03T10:00Z', '2023-12-05T10:00Z')).toContain('entre septembre et décembre 2023');
    expect(between('2023-12-03T10:00Z', '2024-03-05T10:00Z')).toContain('entre décembre 2023 et mars 2024');
  });

  test('tells no last day where none is known', () => {
    expect(between('2023-09-03T10:00Z', null, '2023-09-12T10:00Z')).toContain('vers le 12 septembre, ou bien plus tard');
    expect(between('2023-09-03T10:00Z', null, '2024-02-12T10:00Z')).toContain('vers février 2024, ou bien plus tard');
    const english = forecastWords(crossing('2024-02-12T10:00Z', '2023-09-03T10:00Z', null), translator('en'));
    expect(english?.html).toContain('Mastodon should go ahead <strong>around February 2024, or much later</strong>');
  });

  test.each([
    ['comes before its range', '2023-09-05T10:00Z', '2023-09-08T10:00Z', ' L’échéance, le 4 septembre, arrive avant.', ' The deadline, 4 September, comes first.'],
    ['lies in its range', '2023-09-03T10:00Z', '2023-09-08T10:00Z', ' L’échéance, le 4 septembre, peut arriver avant.', ' The deadline, 4 September, may come first.'],
    ['lies in a range without an end', '2023-09-03T10:00Z', null, ' L’échéance, le 4 septembre, peut arriver avant.', ' The deadline, 4 September, may come first.'],
    ['comes before a range without an end', '2023-09-05T10:00Z', null, ' L’échéance, le 4 septembre, arrive avant.', ' The deadline, 4 September, comes first.'],
    ['comes after its range', '2023-09-02T10:00Z', '2023-09-04T10:00Z', '', ''],
  ])('says where the deadline %s', (_, earliest, latest, inFrench, inEnglish) => {
    const foretold = crossing(earliest, earliest, latest);
    for (const [text, words] of [[french, inFrench], [translator('en'), inEnglish]] as const) {
      const html = forecastWords(foretold, text)?.html ?? '';
      if (words === '') expect(html).not.toMatch(/échéance|deadline/);
      else expect(html.endsWith(words)).toBe(true);
    }
    const endless = { ...foretold, campaign: { ...foretold.campaign, deadline: null } };
    expect(forecastWords(endless, french)?.html).not.toContain('échéance');
  });

  test('of a target says that it is reached', () => {
    const reach = { ...crossing('2023-09-04T08:00Z', '2023-09-04T08:00Z', '2023-09-06T18:00Z') };
    const words = forecastWords({ ...reach, campaign: { ...reach.campaign, dare: { kind: 'reach', target: 10 } } }, french);
    expect(words?.html).toBe(
      'À ce rythme, l’objectif devrait être atteint <strong>entre le 4 et le 6 septembre</strong> (huit chances sur dix). L’échéance, le 4 septembre, peut arriver avant.',
    );
  });

  test('says what one more day’s worth of follows does', () => {
    const words = forecastWords(crossing('2023-09-04', '2023-09-03', '2023-09-05'), french);
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
