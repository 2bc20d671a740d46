import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import { OwnPost } from '../posts/own-post.entity.ts';
import { MOST_OWN_POSTS } from '../posts/own-posts.service.ts';

let site: TestSite;
let moderator: ReturnType<typeof request.agent>;
let campaign: Campaign;
let account: string;

beforeAll(async () => {
  site = await startTestSite();
  await new ModerationWorld(site.database.dataSource, site.clock).staff('camille');
  moderator = request.agent(site.url);
  await moderator.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.advance(DAY);
  const now = site.clock.now();
  campaign = await addCampaign(site.database.dataSource, { now, title: `Chiche ${now.toISOString()}` });
  const at = now.toISOString();
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[at, 5_090]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[at, 5_840]]);
  account = `/account/${await site.get(CampaignOwners).invite(campaign, 'en')}`;
  await site.database.dataSource.query('UPDATE campaign_owner SET accepted_at = created_at');
});

async function write(text: string, { what = 'keep', language = 'en' } = {}): Promise<request.Response> {
  return request(site.url).post(`${account}/posts`).type('form').set('accept-language', 'en').send({ text, language, do: what });
}

async function read(path: string, agent: Pick<typeof moderator, 'get'> = request(site.url)): Promise<string> {
  const answer = await agent.get(path).set('accept-language', 'en').expect(200);
  return unescaped(answer.text);
}

function unescaped(html: string): string {
  return html.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
}

const share = (query: string): Promise<string> => read(`/c/${campaign.slug}/share?${query}`);
const area = (html: string): string => /<textarea[^>]*>\n?([^]*?)<\/textarea>/.exec(html)?.[1] ?? '';

async function ownPosts(): Promise<OwnPost[]> {
  return site.database.dataSource.getRepository(OwnPost).find({ where: { campaign: { id: campaign.id } } });
}

describe('a campaigner', () => {
  test('looks at own words with the numbers of now, and keeps them', async () => {
    const looked = await write('Only {{missing}} {{plural missing "follow" "follows"}}, says {{institution}}', { what: 'look' });
    expect(looked.status).toBe(200);
    expect(looked.text).toContain('Only 751 follows, says');
    expect(looked.text).toContain('Mastodon: ');
    expect(looked.text).toMatch(/X: \d+ of 280/);
    expect(looked.text).toContain('>\nOnly {{missing}}');
    expect(await ownPosts()).toEqual([]);
    const kept = await write('Only {{missing}} to go');
    expect(kept.status).toBe(303);
    expect(await read(`${account}/posts?said=kept`)).toContain('Only 751 to go<br><br>http');
  });

  test.each([
    ['{{followers}} now', '{{followers}} stands for nothing. The names that do are listed below.'],
    ['{{constructor}}', '{{constructor}} stands for nothing'],
    ['{{#each this}}a{{/each}}', '“{{#each this}}a{{/each}}” cannot be used here'],
    ['Ask @claire', '“@claire” would call somebody by name'],
    ['{{x', 'Line 1: a brace is missing'],
    [' ', 'Write something.'],
    ['a'.repeat(501), 'at most 500 characters'],
  ])('is told what is wrong with %j, which stays as typed', async (text, words) => {
    for (const what of ['look', 'keep']) {
      const answer = await write(text, { what });
      expect(answer.status).toBe(422);
      expect(unescaped(answer.text)).toContain(words);
      expect(area(answer.text)).toBe(text);
    }
    expect(await ownPosts()).toEqual([]);
  });

  test('writes ten at most, each once, and takes them back', async () => {
    for (let n = 1; n <= MOST_OWN_POSTS; n += 1) expect((await write(`Number ${n}`)).status).toBe(303);
    const twice = await write(' Number  1 ');
    expect(twice.text).toContain('these very words before');
    expect((await write('Number 11')).text).toContain('10 posts');
    const [first] = await ownPosts();
    await request(site.url).post(`${account}/posts/${first!.id}/withdraw`).expect(303);
    expect(await ownPosts()).toHaveLength(MOST_OWN_POSTS - 1);
    expect((await write('Number 11')).status).toBe(303);
  });

  test('writes ten at most also all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, (_, n) => write(`At once ${n}`)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(MOST_OWN_POSTS);
    expect(await ownPosts()).toHaveLength(MOST_OWN_POSTS);
  });

  test('cannot take back those of another campaign', async () => {
    await write('Mine');
    const [mine] = await ownPosts();
    const other = await addCampaign(site.database.dataSource, { now: site.clock.now(), title: 'Another' });
    const token = await site.get(CampaignOwners).invite(other, 'en');
    await site.database.dataSource.query('UPDATE campaign_owner SET accepted_at = created_at');
    await request(site.url).post(`/account/${token}/posts/${mine!.id}/withdraw`).expect(303);
    expect(await ownPosts()).toHaveLength(1);
  });
});

describe('the page to share', () => {
  test('offers own words in their language, as the campaigner’s, as long as they can be said', async () => {
    await write('From us: {{missing}} to go');
    await write('Von uns: {{missing}}', { language: 'de' });
    await write('The record: {{gained}}');
    const page = await share('in=en&about=own');
    expect(area(page)).toMatch(/^From us: 751 to go\n\n/);
    expect(page).toContain('Written by whoever launched the campaign');
    expect(page).toContain(`/report/${campaign.slug}`);
    expect(area(await share('in=en&about=own&wording=1'))).toMatch(/^From us/);
    expect(page).not.toContain('Another wording');
    expect(area(await share('in=de&about=own'))).toMatch(/^Von uns: 751/);
    const none = await share('in=it&about=own');
    expect(none).not.toContain('The campaigner’s words');
    expect(area(none)).not.toBe('');
  });

  test('has another wording at each press, without a script', async () => {
    const seen: string[] = [];
    let page = await share('in=es&tone=playful&about=dare&wording=0');
    for (let press = 0; press < 4; press += 1) {
      seen.push(area(page));
      page = await read(/href="([^"]*)#post" rel="nofollow"/.exec(page)![1]!);
    }
    for (const [index, text] of seen.slice(1).entries()) expect(text).not.toBe(seen[index]);
  });

  test('takes any address for a page, whatever its options say', async () => {
    for (const query of ['wording=-1', 'wording=x', 'about=constructor', 'in=xx&limit=1&url=abc', 'limit=9e99&server=' + 'a'.repeat(400), 'about[]=own&tone[]=x']) {
      expect(area(await share(query))).not.toBe('');
    }
  });

  test('counts as somebody’s own server does, and shortens the post for it', async () => {
    site.fediverse.addServer({ host: 'piaille.example', software: 'mastodon' });
    const send = (text: string) => request(site.url).post(`/c/${campaign.slug}/share?in=en`).type('form').set('accept-language', 'en').send({ text, server: 'piaille.example', to: 'server' });
    const refused = await send('a'.repeat(501));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('piaille.example takes 500 characters, and your text has 1 more');
    expect(area(refused.text)).toBe('a'.repeat(501));
    const shorter = /id="shorter" class="button secondary" href="([^"#]*)#post"/.exec(unescaped(refused.text))![1]!;
    expect(shorter).toContain('limit=500');
    expect(area(await read(shorter))).toContain(`/c/${campaign.slug}`);
    site.fediverse.fail('piaille.example', 'down');
    expect((await send(`${'a'.repeat(477)}https://chiche.example/${'b'.repeat(100)}`)).status).toBe(303);
    expect(site.fediverse.requests.filter(({ host, path }) => host === 'piaille.example' && path === '/api/v2/instance')).toHaveLength(1);
  });

  test.each([
    ['Bluesky', 'bluesky', 'https://bsky.app/intent/compose?text=', 300],
    ['X', 'x', 'https://x.com/intent/tweet?text=', 280],
  ])('does not hand %s what is too long for it', async (name, to, address, limit) => {
    const send = (text: string) => request(site.url).post(`/c/${campaign.slug}/share`).type('form').set('accept-language', 'en').send({ text, to });
    const handed = await send('a'.repeat(limit));
    expect([handed.status, handed.headers['location']]).toEqual([303, address + 'a'.repeat(limit)]);
    const refused = await send('a'.repeat(limit + 1));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`${name} takes ${limit} characters, and your text has 1 more`);
    expect((await send(' \n')).text).toContain('Write something first');
  });

  test('says so where Bluesky counts bytes, and only those are too many', async () => {
    const refused = await request(site.url).post(`/c/${campaign.slug}/share`).type('form').set('accept-language', 'en').send({ text: '👩‍👩‍👧'.repeat(180), to: 'bluesky' });
    expect(refused.text).toContain('Bluesky takes 3,000 bytes, and the emoji or letters of your text need 240 more');
  });

  test('draws the card in the language of the post, else in that of the site', async () => {
    expect(await share('in=fr')).toContain(`/c/${campaign.slug}/card-fr-`);
    expect(await share('in=en')).toContain(`/c/${campaign.slug}/card-en-`);
    expect(await share('in=de')).toContain(`/c/${campaign.slug}/card-${site.config.defaultLanguage}-`);
  });
});

test('a moderator sees own words beside the campaign, takes them down with a reason, and puts them back', async () => {
  await write('Buy my book');
  const [post] = await ownPosts();
  const path = `/moderation/posts/${post!.id}`;
  expect(await read(`/moderation/campaigns/${campaign.id}`, moderator)).toContain(`href="${path}"`);
  const decide = async (fields: Record<string, string>): Promise<request.Response> => {
    const token = /name="_csrf" value="([^"]*)"/.exec(await read(path, moderator))![1]!;
    return moderator.post(path).type('form').set('accept-language', 'en').send({ _csrf: token, ...fields });
  };
  expect((await decide({ action: 'take_down', reason: '' })).status).toBe(422);
  expect((await decide({ action: 'put_back', reason: 'no' })).status).toBe(409);
  expect((await decide({ action: 'take_down', reason: 'This is an advertisement.' })).status).toBe(303);
  expect(await share('in=en')).not.toContain('value="own"');
  const mine = await read(`${account}/posts`);
  expect(mine).toContain('This is an advertisement.');
  expect(mine).not.toContain(`/posts/${post!.id}/withdraw`);
  await request(site.url).post(`${account}/posts/${post!.id}/withdraw`).expect(303);
  expect((await write('Buy my book')).text).toContain('these very words before');
  expect(await ownPosts()).toHaveLength(1);
  site.clock.advance(MINUTE);
  expect((await decide({ action: 'put_back', reason: 'It is about the dare after all.' })).status).toBe(303);
  expect(await share('in=en')).toContain('value="own"');
  const log = await read('/moderation/log?subject=post', moderator);
  expect(log).toContain('took down');
  expect(log).toContain('Buy my book');
});

test('own posts are nobody else’s: without the private link, the page does not open', async () => {
  await request(site.url).get('/account/none/posts').expect(404);
  await request(site.url).post('/account/none/posts').type('form').send({ text: 'a', do: 'keep' }).expect(404);
  await request(site.url).get(`/moderation/posts/${campaign.id}`).expect(303);
});
