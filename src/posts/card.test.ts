import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lelibreedu } from '../../test/support/campaign-facts.ts';
import { POST_LANGUAGES, translator, type PostLanguage } from '../platform/text.ts';
import { cardAlt, drawPicture, pictureSvg } from './card.ts';
import { outline } from './card-raster.ts';
import { balanceText, textWidth, wrapText } from './card-text.ts';
import { pictureFacts, type PictureFacts, type PictureSource } from './picture-facts.ts';
import { PICTURE_KINDS, PICTURE_SIZES, type Picture, type PictureKind } from './picture-name.ts';

const SITE = { language: 'fr', publicUrl: 'https://chiche.example' } as const;
const RUNNING: PictureFacts = pictureFacts(lelibreedu(2), SITE);
const WON: PictureFacts = pictureFacts(lelibreedu(3), SITE);
const WIDE: Picture = { kind: 'card', language: 'fr', size: 'wide', theme: 'light', format: 'png' };
const UNKNOWN = { name: 'Mastodon', count: null, note: null };

/** Width and height of a PNG, from its header (RFC 2083, 11.2.1). */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

const every = PICTURE_KINDS.flatMap((kind) => (['wide', 'square'] as const).flatMap((size) => (['light', 'dark'] as const).map((theme) => ({ kind, size, theme }))));

describe('pictures', () => {
  test.each(every)('$kind, $size, $theme: a PNG of its size under 200 kB', async (look) => {
    const facts = look.kind === 'victory' ? WON : RUNNING;
    const png = await drawPicture(facts, { ...WIDE, ...look });
    const { width, height } = PICTURE_SIZES[look.size];
    expect(sizeOf(png)).toEqual([width, height]);
    expect(png.length).toBeLessThan(200_000);
  });

  test.each(PICTURE_KINDS)('%s as SVG needs no font, and says what it shows', async (kind) => {
    const facts = kind === 'victory' ? WON : RUNNING;
    const svg = String(await drawPicture(facts, { ...WIDE, kind, format: 'svg' }));
    expect(svg).not.toContain('<text');
    expect(svg).toContain('<title>');
    expect(svg).toContain('5\u202f8');
    expect(Buffer.byteLength(svg)).toBeLessThan(200_000);
  });

  test.each<[string, PictureFacts]>([
    ['with nothing known', { ...RUNNING, left: UNKNOWN, right: null, gap: null, pace: null, asOf: null, graph: { ...RUNNING.graph, series: { fediverse: [], x: [] } } }],
    ['with an account that is no more', { ...RUNNING, left: { ...UNKNOWN, note: 'compte suspendu' }, gap: null }],
    ['with long words and large numbers', { ...RUNNING, title: 'Donaudampfschifffahrtsgesellschaft'.repeat(9), left: { name: 'Mastodon', count: 12_345_678, note: null }, right: { name: 'X', count: 98_765_432, note: null } }],
  ])('are drawn %s', async (_, facts) => {
    for (const kind of PICTURE_KINDS) expect(sizeOf(await drawPicture(facts, { ...WIDE, kind }))).toEqual([1200, 630]);
    expect(pictureSvg({ ...facts, wonAt: new Date('2023-09-04T06:30Z') }, WIDE)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('are drawn with a font: letters leave marks', async () => {
    const bare = await drawPicture({ ...RUNNING, title: '', gap: null, asOf: null, url: '' }, WIDE);
    expect((await drawPicture(RUNNING, WIDE)).length).toBeGreaterThan(bare.length + 5000);
  });

  test('whose time has not come, or is over, are the card that a link shows', () => {
    const card = pictureSvg(RUNNING, WIDE);
    expect(pictureSvg(RUNNING, { ...WIDE, kind: 'victory' })).toBe(card);
    expect(pictureSvg({ ...RUNNING, countdown: null }, { ...WIDE, kind: 'countdown' })).toBe(card);
    const victory = pictureSvg(WON, { ...WIDE, kind: 'victory' });
    expect(pictureSvg(WON, WIDE)).toBe(victory);
    expect(pictureSvg(WON, { ...WIDE, kind: 'countdown' })).toBe(victory);
    expect(victory).not.toBe(card);
  });
});

describe('the days of a countdown', () => {
  const source = lelibreedu(2);
  const daysAt = (now: string, timeZone = 'Europe/Paris'): number | undefined =>
    pictureFacts({ ...source, campaign: { ...source.campaign, timeZone }, now: new Date(now) }, SITE).countdown?.days;

  test('are those of the calendar where the campaign is', () => {
    expect(daysAt('2023-09-02T07:30:00Z')).toBe(2);
    expect(daysAt('2023-09-03T21:59:00Z')).toBe(1);
    expect(daysAt('2023-09-03T22:00:00Z')).toBe(0);
    expect(daysAt('2023-09-04T21:58:00Z')).toBe(0);
    expect(daysAt('2023-09-04T22:00:00Z')).toBeUndefined();
  });

  test('do not mind that clocks change', () => {
    const march = { ...source, campaign: { ...source.campaign, deadline: new Date('2024-04-01T21:59:59Z') }, now: new Date('2024-03-29T12:00:00Z') };
    expect(pictureFacts(march, SITE).countdown?.days).toBe(3);
  });
});

describe('the alternative text', () => {
  test('tells the data', () => {
    expect(cardAlt(RUNNING)).toBe(
      'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera. Mastodon\u00a0: 5\u202f090. X\u00a0: 5\u202f840. 750 abonnés d’écart, l’écart fond de 836 par jour. Relevé le 2 septembre 2023 à 09:10 (UTC+2).',
    );
    const english = pictureFacts(lelibreedu(2), { ...SITE, language: 'en' });
    expect(cardAlt(english)).toContain('Mastodon: 5,090. X: 5,840. 750 followers behind, closing by 836 a day. Read on 2 September 2023 at 09:10 (UTC+2).');
    expect(cardAlt(english, 'countdown')).toContain(' 2 days left, until 4 September 2023. Mastodon: 5,090.');
    expect(cardAlt(english, 'graph')).toContain('Mastodon: from 2,900 on 30 August 2023 to 5,090 on 2 September 2023. X: from 5,850 on');
    expect(cardAlt({ ...RUNNING, left: { name: 'promesses de suivre', count: 75, note: null } })).toContain(' Promesses de suivre\u00a0: 75. ');
    expect(cardAlt({ ...RUNNING, left: UNKNOWN })).toContain('Mastodon\u00a0: nombre inconnu.');
    expect(cardAlt({ ...RUNNING, left: { ...UNKNOWN, note: 'compte suspendu' } })).toContain('Mastodon\u00a0: nombre inconnu, compte suspendu.');
    expect(cardAlt(WON)).toContain('44 abonnés d’avance. Le défi est gagné.');
  });
});

describe('in the languages that only posts speak, the alternative text', () => {
  const told = (at: 2 | 3, language: PostLanguage, kind?: PictureKind): string => cardAlt(pictureFacts(lelibreedu(at), { ...SITE, language }), kind);

  test.each(['de', 'es', 'it'] as const)('tells the data as somebody who speaks it would: %s', (language) => {
    const whole = [told(2, language), told(2, language, 'countdown'), told(2, language, 'graph'), told(3, language)].join('\n\n');
    expect(whole).toMatchSnapshot();
  });

  test.each(['de', 'es', 'it'] as const)('says what became of accounts, dares and promises: %s', (language) => {
    const source = lelibreedu(2);
    const tell = (change: Partial<PictureSource>): string => cardAlt(pictureFacts({ ...source, ...change }, { ...SITE, language })).split('institution').at(-1)?.replace(/^.*?reparlera\. /, '') ?? '';
    const lost = (['hidden', 'suspended', 'gone', 'deleted', 'opted-out', 'ok'] as const).map((state) =>
      tell({ gap: null, accounts: { ...source.accounts, fediverse: { network: 'mastodon', networkName: 'Mastodon', state, count: null, latest: null } } }),
    );
    const open = [0, 1, 75].map((total) => tell({ campaign: { ...source.campaign, dare: { kind: 'open' } }, accounts: { ...source.accounts, fediverse: null }, gap: null, pledges: { total } }));
    const reach = [5_091, 10_000, 5_000].map((target) => tell({ campaign: { ...source.campaign, dare: { kind: 'reach', target } } }));
    expect([...lost, ...open, ...reach].join('\n')).toMatchSnapshot();
  });
});

test('the fonts have every letter that a language needs', () => {
  const drawn = (letters: string, weight: number): string =>
    outline(`<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" font-family="Inter"><text y="50" font-size="40" font-weight="${weight}">${letters}</text></svg>`);
  const alphabets = 'ÄÖÜäöüßẞÁÉÍÓÚÑáéíóúñÀÈÉÌÒÙàèéìòùÂÊÎÔÛŸÇŒÆâêîôûëïÿçœæ';
  const signs = '¡¿!?«»“”„‘’‚–—−…·€º1ª%@#+';
  const separators = POST_LANGUAGES.map((language) => [...translator(language).number(12_345_678)].filter((each) => /\D/.test(each)).join('')).join('');
  for (const weight of [500, 800]) {
    const unknown = drawn('a\ue123b', weight);
    for (const letter of new Set(alphabets + signs)) {
      expect({ letter, missing: drawn(letter, weight) === drawn('\ue123', weight) }).toEqual({ letter, missing: false });
    }
    for (const space of new Set(`${separators}\u00a0\u202f`)) {
      const between = drawn(`a${space}b`, weight);
      expect({ space, missing: between === unknown || between === drawn('ab', weight) }).toEqual({ space, missing: false });
    }
  }
});

type Box = { what: string; left: number; right: number; top: number; bottom: number };

/** The places of all words on a picture, by the widths that it reckons with itself, and of all pills; without the graph. */
function boxesOf(picture: string): { texts: Box[]; pills: Box[] } {
  const svg = picture.replace(/<g transform=.*<\/g>/, '');
  const all = [...svg.matchAll(/<(text|rect) ([^>]*?)\/?>(?:(.*?)<\/text>)?/g)].map(([, tag, attributes = '', inner = '']) => {
    const value = (name: string): string => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    const [x, y] = [Number(value('x')), Number(value('y'))];
    if (tag === 'rect') return { tag, what: 'pill', left: x, right: x + Number(value('width')), top: y, bottom: y + Number(value('height')) };
    const what = inner.replace(/<[^>]*>/g, '').replace(/&[^;]+;/g, '’');
    const size = Number(value('font-size'));
    const width = textWidth(what, value('font-weight') === '800') * size;
    const left = x - ({ middle: width / 2, end: width }[value('text-anchor')] ?? 0);
    // Digits, full stops and question marks do not reach below the line; the comma between digits does.
    const depth = /^[\d\s?.]+$/.test(what) ? 0.02 : /^[\d,]+$/.test(what) ? 0.2 : 0.22;
    return { tag, what, left, right: left + width, top: y - size * 0.74, bottom: y + size * depth };
  });
  return { texts: all.filter(({ tag, what }) => tag === 'text' && what !== ''), pills: all.filter(({ tag }) => tag === 'rect') };
}

const apart = (one: Box, other: Box): boolean =>
  one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
const within = (one: Box, other: Box): boolean =>
  one.left >= other.left && one.right <= other.right && one.top >= other.top && one.bottom <= other.bottom;

describe('whatever they show', () => {
  const count = fc.option(fc.integer({ min: 0, max: 99_999_999 }));
  const note = fc.constantFrom(null, 'compte suspendu', 'asks not to be read any more, and has for a very long time now');
  const side = (name: string): fc.Arbitrary<PictureFacts['left']> => fc.record({ name: fc.constantFrom(name, 'promesses de suivre', 'Versprechen zu folgen', 'ancora nessun account'), count, note });
  const word = fc.constantFrom('Mastodon', 'que', 'l’institution', 'abonnés', 'When', '@lelibreedu', 'Donaudampfschifffahrt');
  const pictured: fc.Arbitrary<PictureFacts> = fc
    .record({
      language: fc.constantFrom(...POST_LANGUAGES),
      title: fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
      titleLanguage: fc.constantFrom('fr' as const, 'en' as const),
      state: fc.constantFrom('live' as const, 'won' as const, 'agreed' as const, 'ended' as const, 'closed' as const, 'preview' as const),
      left: side('Mastodon'),
      right: fc.option(side('X')),
      key: fc.constantFrom('behind', 'ahead', 'tie', 'toTarget', 'reached', null),
      pacing: fc.constantFrom('closing', 'pulling', 'growing', null),
      n: fc.integer({ min: 1, max: 99_999_999 }),
      days: fc.integer({ min: 0, max: 4_000 }),
      asOf: fc.option(fc.date({ min: new Date('2023-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })),
      timeZone: fc.constantFrom('Europe/Paris', 'Asia/Kolkata', 'America/St_Johns'),
      host: fc.constantFrom('chiche.example', '127.0.0.1:4330', 'une-bien-longue-association.example.org'),
      slug: fc.stringMatching(/^[a-z][a-z0-9-]{0,58}[a-z]$/),
    })
    .map(({ key, pacing, n, days, host, slug, ...rest }) => {
      const { t } = translator(rest.language);
      return {
        ...rest,
        gap: key === null ? null : t(`card.${key}`, { n }),
        pace: pacing === null ? null : t(`card.${pacing}`, { n }),
        graph: RUNNING.graph,
        countdown: rest.state === 'live' ? { days, deadline: new Date(Date.UTC(2026, 8, 23) + days * 86_400_000) } : null,
        wonAt: rest.state === 'won' ? new Date('2023-09-23T10:00:00Z') : null,
        url: `https://${host}/c/${slug}`,
      };
    });

  test.each(every.filter(({ theme }) => theme === 'light'))('$kind, $size: no words run into others, out of a pill, or off the picture', ({ kind, size, theme }) => {
    const { width, height } = PICTURE_SIZES[size];
    const whole: Box = { what: 'picture', left: 60, right: width - 60, top: 0, bottom: height };
    fc.assert(
      fc.property(pictured, (facts) => {
        const { texts, pills } = boxesOf(pictureSvg(facts, { kind, size, theme }));
        expect(texts.filter((box) => !within(box, whole)).map(({ what }) => what)).toEqual([]);
        const crossing = texts.flatMap((one, index) => texts.slice(index + 1).filter((other) => !apart(one, other)).map((other) => [one.what, other.what]));
        expect(crossing).toEqual([]);
        const cut = texts.filter((box) => pills.some((pill) => !apart(box, pill) && !within(box, pill)));
        expect(cut.map(({ what }) => what)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test('the alternative text carries every number, and is short enough for Mastodon', () => {
    fc.assert(
      fc.property(pictured, fc.constantFrom<PictureKind>(...PICTURE_KINDS), (facts, kind) => {
        const alt = cardAlt(facts, kind);
        const { number } = translator(facts.language);
        for (const count of [facts.left.count, facts.right?.count ?? null]) if (count !== null) expect(alt).toContain(number(count));
        // The first letter of a sentence is a capital.
        for (const words of [facts.gap, facts.pace]) if (words !== null) expect(alt).toContain(words.slice(1));
        if (kind === 'countdown' && facts.countdown !== null && facts.countdown.days > 0) expect(alt).toContain(number(facts.countdown.days));
        if (kind === 'graph') for (const { count } of [facts.graph.series.fediverse[0], facts.graph.series.x[0]].filter((point) => point !== undefined)) expect(alt).toContain(number(count));
        expect(alt.length).toBeLessThanOrEqual(1500);
      }),
    );
  });

  test.each(POST_LANGUAGES)('a long address is told whole, above the time, in %s', (language) => {
    const url = `https://chiche.example/c/${'plus-d-abonnes-'.repeat(3)}mastodon`;
    const { texts } = boxesOf(pictureSvg({ ...RUNNING, language, url, asOf: new Date('2026-11-27T15:12Z') }, WIDE));
    expect(texts.map(({ what }) => what)).toContain(url.slice('https://'.length));
  });
});

describe('a text on the card', () => {
  test('breaks at words and ends in an ellipsis when it does not fit', () => {
    const lines = wrapText('one two three four five six seven eight', 6, 2, true);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    for (const line of lines) expect(textWidth(line, true)).toBeLessThanOrEqual(6);
  });

  test('never breaks at a no-break space', () => {
    expect(wrapText('a\u202f! b', 1.3, 3, true)).toEqual(['a\u202f!', 'b']);
  });

  test('leaves no word alone on the last line', () => {
    const lines = balanceText('one two three four five six', 10, 3, true);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)?.split(' ').length).toBeGreaterThan(1);
  });
});
