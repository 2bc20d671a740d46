import { describe, expect, test } from '@jest/globals';
import { lelibreedu, pageRequest, remarkedUpon, withSeries } from '../../test/support/campaign-facts.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import type { Point } from '../domain/gap.ts';
import { translator } from '../platform/text.ts';
import { renderPage } from '../platform/views.ts';
import { numbersView } from './campaign-numbers.ts';
import { campaignPage } from './campaign.page.ts';

const english = translator('en');
const START = Date.parse('2023-08-01T10:00:00Z');
const every = (step: number, count: number, from = 0): Point[] =>
  Array.from({ length: count }, (_, index) => ({ at: new Date(START + from + index * step), count: 1_000 + index }));

describe('the table of numbers', () => {
  test('has every point with its source, its time, and where it can be seen', () => {
    const { rows, columns, zone, width, excerpt } = numbersView(lelibreedu(2), english);
    expect({ columns, zone, width, excerpt }).toEqual({ columns: { fediverse: 'Mastodon', x: 'X' }, zone: 'Europe/Paris', width: 3, excerpt: null });
    expect(rows[0]).toEqual({
      at: new Date('2023-09-02T07:10:00Z'),
      style: 'moment',
      fediverse: { count: '5,090', source: 'read on its server', evidenceUrl: null, corrected: null, struck: false },
      x: { count: '5,840', source: 'read by people, confirmed', evidenceUrl: expect.stringMatching(/^https:\/\/web\.archive\.org\//), corrected: null, struck: false },
      silence: null,
      note: null,
    });
  });

  test.each(['fr', 'en'] as const)('says in the same words as the score who read a number, in %s', (language) => {
    const { t } = translator(language);
    expect(t('campaign.source.short.manual')).toBe(t('campaign.source.manual'));
  });

  test('leaves blank what was not read at a moment, and tells when nothing was read for long', () => {
    const fediverse = [...every(HOUR, 4), ...every(HOUR, 2, 5 * DAY)];
    const facts = withSeries(fediverse, every(DAY, 1), { kind: 'overtake' }, new Date(START + 6 * DAY));
    const { rows } = numbersView(facts, english);
    expect(rows.map(({ silence, fediverse: own, x }) => silence ?? [own?.count ?? null, x?.count ?? null])).toEqual([
      ['1,001', null],
      ['1,000', null],
      'Mastodon was not read from 1 August to 6 August.',
      ['1,003', null],
      ['1,002', null],
      ['1,001', null],
      ['1,000', '1,000'],
    ]);
  });

  test('is of a bounded length, and only as wide as it must be', () => {
    const long = numbersView(withSeries(every(HOUR, 150), [], { kind: 'reach', target: 9 }, new Date(START + 9 * DAY)), english);
    expect(long).toMatchObject({ width: 2, columns: { x: null } });
    expect(long.rows).toHaveLength(60);
    expect(long.excerpt).toBe('60 of 150 readings are listed: of the campaign’s time, the latest ones, one for each stretch of time, and those that a note is about. All are in the CSV file.');
  });

  test('says how many readings were left out of a thinned series', () => {
    const facts = { ...lelibreedu(2), total: { count: 10_000, isMore: true } };
    expect(numbersView(facts, english).excerpt).toMatch(/^4 of more than 10,000 readings are listed/);
    const html = renderPage('campaign', campaignPage(facts, pageRequest('fr')), pageRequest('fr'));
    expect(html).toMatch(/<caption>.*4 relevés sur plus de 10\s000 figurent ici\u00a0: .*Tous sont dans le fichier CSV\.<\/caption>/);
  });

  test('has both ends of what a note is about, however long ago', () => {
    const series = every(HOUR, 150);
    const [from, to] = [series[10], series[11]];
    if (!from || !to) throw new Error('There are 150.');
    const long = withSeries(series, [], { kind: 'reach', target: 9 }, new Date(START + 9 * DAY));
    const note = { fromAt: from.at, fromCount: from.count, at: to.at, count: to.count, note: { en: 'A talk.' } };
    const { rows } = numbersView({ ...long, notes: { fediverse: [note], x: [] } }, english);
    expect(rows).toHaveLength(63);
    expect(rows.slice(60).map(({ fediverse, note: told }) => told?.text ?? fediverse?.count)).toEqual(['A talk.', '1,011', '1,010']);
  });

  test('says on the page in whose clocks it is told, and leads to the evidence', () => {
    for (const language of ['fr', 'en'] as const) {
      const request = pageRequest(language);
      const html = renderPage('campaign', campaignPage(lelibreedu(2), request), request);
      const [table = ''] = /<table>[\s\S]*<\/table>/.exec(html) ?? [];
      expect(table).toContain('Europe/Paris.</span></caption>');
      expect(table.match(/<a href="https:\/\/web\.archive\.org[^"]*" rel="noopener nofollow">/g)).toHaveLength(2);
      expect(table).toContain('<time datetime="2023-09-02T07:10:00.000Z">');
    }
  });

  test('tells what was corrected, what was struck out, and what a moderator says of it', () => {
    const remarked = remarkedUpon();
    const { rows } = numbersView(remarked, english);
    expect(rows.map(({ fediverse, note }) => note?.text ?? [fediverse?.count, fediverse?.corrected, fediverse?.struck])).toEqual([
      ['5,090', 'corrected from 50,900', false],
      'Un <robot>.',
      ['45,000', null, true],
      ['2,900', null, false],
    ]);
    const html = renderPage('campaign', campaignPage(remarked, pageRequest('en')), pageRequest('en'));
    expect(html).toContain('<s>45,000</s> <small>struck out by a moderator, read on its server</small>');
    expect(html.match(/Mastodon, 1 September at 10:10, from 4,400 to 45,000: <span lang="fr">Un &lt;robot&gt;\.<\/span>/g)).toHaveLength(2);
    expect(html.match(/Note of 1 September 2023: Un &#60;robot&#62;\./g)).toHaveLength(2);
    expect(html).toContain('<title>Note of 1 September</title>');
  });
});
