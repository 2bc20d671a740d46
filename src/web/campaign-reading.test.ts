import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import sharp from 'sharp';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY, MINUTE } from '../domain/durations.ts';

let site: TestSite;
let campaign: Campaign;
let path: string;
let picture: Buffer;

beforeAll(async () => {
  site = await startTestSite();
  picture = await draw('#7a3fd6');
});
afterAll(() => site.close());
beforeEach(async () => {
  await site.database.dataSource.query('TRUNCATE institution, evidence CASCADE');
  site.clock.advance(DAY);
  campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), x: 'lelibreedu', fediverse: 'lelibreedu@social.example' });
  const ago = (hours: number) => new Date(site.clock.now().getTime() - hours * 3_600_000).toISOString();
  await addReadings(site.database.dataSource, campaign.xAccount, [[ago(48), 5_850]]);
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[ago(1), 5_090]]);
  path = `/c/${campaign.slug}/reading`;
});

function draw(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 600, height: 300, channels: 3, background: colour } }).withExif({ IFD0: { Copyright: 'Suzie Secret' } }).jpeg().toBuffer();
}

/** Sends the form as a browser does, from an address behind the proxy. */
function send(fields: Record<string, string>, file: Buffer | null = picture, from = '198.51.100.1') {
  const sent = request(site.url).post(path).set('x-forwarded-for', from).set('accept-language', 'en');
  for (const [name, value] of Object.entries({ count: '5,842', when: 'now', day: '', time: '', evidenceUrl: '', ...fields })) sent.field(name, value);
  return file === null ? sent.attach('screenshot', Buffer.alloc(0), '') : sent.attach('screenshot', file, 'my name.jpg');
}

type Row = { count: number; status: string; source: string; reader: string; evidence_url: string | null; at: Date };
function told(): Promise<Row[]> {
  return site.database.dataSource.query<Row[]>(
    `SELECT count::int, status, source, reader, evidence_url, at FROM reading WHERE reader <> 'somebody' AND source <> 'network' ORDER BY created_at, number`,
  );
}

describe('the form', () => {
  test('is for everyone, and nobody’s', async () => {
    const { text, headers } = await request(site.url).get(path).set('accept-language', 'en').expect(200);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['cache-control']).toContain('public');
    expect(text).toContain('enctype="multipart/form-data"');
    expect(text).toContain('crop out anything private');
    expect(text).toContain('web.archive.org, archive.today');
    expect(text).toMatch(/~x\.com\/lelibreedu" rel="noopener noreferrer" target="_blank"/);
    expect(text).toMatch(/Last number: 5,850 followers, 1 September at 09:30 \(UTC\+2\)\./);
  });

  test.each(['won', 'ended', 'closed'])('leads to the campaign once that is %s', async (state) => {
    await site.database.dataSource.query('UPDATE campaign SET state = $1, ended_at = now()', [state]);
    const answer = await request(site.url).get(path);
    expect([answer.status, answer.headers['location']]).toEqual([303, `/c/${campaign.slug}`]);
    expect((await send({})).headers['location']).toBe(`/c/${campaign.slug}`);
    expect(await told()).toEqual([]);
  });

  test('of a campaign that nobody may see does not exist', async () => {
    await site.database.dataSource.query('UPDATE campaign SET hidden_at = now()');
    await request(site.url).get(path).expect(404);
    expect((await send({})).status).toBe(404);
  });
});

describe('a number', () => {
  test('waits for somebody else, who is asked for; then it counts, and its picture can be seen by all', async () => {
    const first = await send({});
    expect([first.status, first.headers['location']]).toEqual([303, `${path}?sent=waits`]);
    const thanks = await request(site.url).get(`${path}?sent=waits`).set('accept-language', 'en');
    expect(thanks.text).toContain('One more person');
    expect(thanks.text).toContain(`${site.url}${path}`);
    const [{ evidence_url: waiting, reader }] = (await told()) as [Row];
    expect(reader).toMatch(/^stranger #[\w-]{16}$/);
    const address = (waiting ?? '').replace(site.url, '');
    await request(site.url).get(address).expect(404);

    site.clock.advance(MINUTE);
    const second = await send({ count: '5 840' }, await draw('#ffb627'), '203.0.113.9');
    expect(second.headers['location']).toBe(`${path}?sent=counts`);
    const counted = await request(site.url).get(`${path}?sent=counts`).set('accept-language', 'en');
    expect(counted.text).toContain('Mastodon 5,090 · X 5,84');
    expect(counted.text).toMatch(/<strong>75[02]<\/strong> followers behind/);
    expect((await told()).map(({ count, status, source }) => [count, status, source])).toEqual([
      [5_842, 'counted', 'manual'],
      [5_840, 'counted', 'manual'],
    ]);
    const shown = await request(site.url).get(address).expect(200);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    });
    expect(shown.headers['content-disposition']).toMatch(/^inline; filename="[\w-]+\.webp"$/);
    expect((shown.body as Buffer).toString('latin1')).not.toContain('Suzie');
    const csv = await request(site.url).get(`/c/${campaign.slug}/readings.csv`);
    expect(csv.text).toContain(`5842,manual,${waiting}`);
    const api = await request(site.url).get(`/api/v1/campaigns/${campaign.slug}/readings`);
    expect((api.body as { items: unknown[] }).items.at(-1)).toMatchObject({ count: 5_840, evidence: (await told())[1]?.evidence_url });
  });

  test('of the same connection waits all the same', async () => {
    await send({});
    expect((await send({ count: '5 840' })).headers['location']).toBe(`${path}?sent=waits`);
    expect((await told()).map(({ status }) => status)).toEqual(['replaced', 'pending']);
  });

  test('that others dispute waits for a moderator', async () => {
    await send({});
    const other = await send({ count: '5 990' }, await draw('#ffb627'), '203.0.113.9');
    expect(other.headers['location']).toBe(`${path}?sent=review`);
    expect((await request(site.url).get(`${path}?sent=review`).set('accept-language', 'fr')).text).toContain('La modération va regarder');
  });

  test('of an archive counts for the moment that its address tells', async () => {
    const evidenceUrl = 'web.archive.org/web/20230901120000/https://twitter.com/LeLibreEdu';
    await send({ evidenceUrl }, null).expect(303);
    expect(await told()).toMatchObject([
      { source: 'archive', at: new Date('2023-09-01T12:00:00Z'), evidence_url: `https://${evidenceUrl}` },
    ]);
  });

  test('of an earlier moment is read by the clocks of the campaign', async () => {
    await send({ evidenceUrl: 'https://archive.ph/AbC12', when: 'earlier', day: '2023-09-02', time: '09:30' }, null).expect(303);
    expect(await told()).toMatchObject([{ source: 'archive', at: new Date('2023-09-02T07:30:00Z') }]);
  });

  test('without a picture or an archive is refused to strangers', async () => {
    const refused = await send({}, null);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('value="5,842"');
    expect(refused.text).toContain('Add a screenshot or the address of an archived page.');
    expect(await told()).toEqual([]);
  });
});

describe('what is wrong', () => {
  const cases: [Record<string, string>, string, string][] = [
    [{ count: 'about 5,800' }, 'count', 'Type a whole number'],
    [{ count: '' }, 'count', 'Type a whole number'],
    [{ count: '99999999999' }, 'count', 'No account has that many'],
    [{ evidenceUrl: 'https://example.org/me.png' }, 'evidenceUrl', 'not the address of an archive that we know'],
    [{ evidenceUrl: 'https://web.archive.org/web/2023*/x.com/lelibreedu' }, 'evidenceUrl', 'does not lead to one version'],
    [{ evidenceUrl: 'https://web.archive.org/web/20230901120000/https://x.com/somebody' }, 'evidenceUrl', 'another page'],
    [{ when: 'earlier', day: '', time: '09:30' }, 'day', 'Give the day and the time'],
    [{ when: 'earlier', day: '2043-01-01', time: '09:30' }, 'day', 'still to come'],
  ];
  test.each(cases)('%j is told at its field', async (fields, name, words) => {
    const { status, text } = await send(fields);
    expect(status).toBe(422);
    expect(text).toMatch(new RegExp(`id="${name}-error">[^<]*${words}`));
    for (const [field, value] of Object.entries(fields)) if (value !== '' && field !== 'when') expect(text).toContain(`value="${value}"`);
    expect(await told()).toEqual([]);
  });

  test('leaves the picture where it is: it need not be chosen again', async () => {
    const { text } = await send({ count: 'x' });
    const kept = /name="kept" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(text).toContain('src="data:image/webp;base64,');
    await send({ kept }, null).expect(303);
    expect((await told())[0]?.evidence_url).toContain(`${site.url}/evidence/`);
    const forged = kept.replace(/^[\w-]{36}/, '018a5e2c-0000-7000-8000-000000000001');
    expect((await send({ kept: forged }, null)).status).toBe(422);
    site.clock.advance(DAY);
    expect((await send({ kept }, null)).status).toBe(422);
  });

  test.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'no picture that we can read'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'no picture that we can read'],
    ['9 MB', Buffer.alloc(9_000_000, 1), 'larger than 8 MB'],
  ])('is a file that is %s', async (_what, file, words) => {
    const { status, text } = await send({}, file);
    expect(status).toBe(422);
    expect(text).toMatch(new RegExp(`id="screenshot-error">[^<]*${words}`));
    expect(text).toContain('value="5,842"');
  });
});

describe('forms with files', () => {
  test('of other sites are refused', async () => {
    for (const headers of [{ 'origin': 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await send({}).set(headers)).status).toBe(403);
    }
    expect(await told()).toEqual([]);
  });

  test('that are none are refused and break nothing', async () => {
    const post = (body: string, type = 'multipart/form-data; boundary=x') => request(site.url).post(path).set('content-type', type).send(body);
    expect((await post('nonsense')).status).toBe(400);
    expect((await post('--x\r\ncontent-disposition: form-data; name="screenshot"; filename="a"\r\n\r\nabc')).status).toBe(400);
    expect((await post('', 'multipart/form-data')).status).toBe(400);
    const fields = (n: number) => `${Array.from({ length: n }, () => '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n').join('')}--x--\r\n`;
    expect((await post(fields(31))).status).toBe(413);
    expect((await post(`--x\r\ncontent-disposition: form-data; name="count"\r\n\r\n${'1'.repeat(20_000)}\r\n--x--\r\n`)).status).toBe(413);
    expect((await request(site.url).post(path).set('content-length', '90000000').set('content-type', 'multipart/form-data; boundary=x').send('x').catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await send({})).status).toBe(303);
  });

  test('are heard twenty times an hour from one address', async () => {
    const from = '198.51.100.77';
    for (let n = 0; n < 20; n += 1) expect((await send({ count: 'x' }, null, from)).status).toBe(422);
    const refused = await send({}, picture, from);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});
