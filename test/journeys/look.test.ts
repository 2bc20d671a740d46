import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { POST_RULES, SHARING_TARGETS } from '../../src/domain/post-length.ts';
import { findAsset } from '../../src/platform/assets.ts';
import { renderPage } from '../../src/platform/views.ts';
import { campaignPage } from '../../src/web/campaign.page.ts';
import type { CampaignFacts } from '../../src/web/campaign-facts.ts';
import { embedPage } from '../../src/web/embed.page.ts';
import { homePage } from '../../src/web/home.page.ts';
import { pledgedPage, type PledgedFacts } from '../../src/web/pledged.page.ts';
import { posterPage } from '../../src/web/poster.page.ts';
import { pressPage } from '../../src/web/press.page.ts';
import { problemPage } from '../../src/web/problem.page.ts';
import type { ShareFacts } from '../../src/web/share-facts.ts';
import { sharePage } from '../../src/web/share.page.ts';
import { axeFindings, launchBrowser, overflow } from '../support/browser.ts';
import { HELD } from '../support/held.ts';
import { lelibreedu, pageRequest, remarkedUpon, withSeries } from '../support/campaign-facts.ts';

/** The strictest policy under which the pages must work: nothing inline, nothing from elsewhere. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' https:";

const request = pageRequest();
const campaign = { slug: 'lelibreedu', title: 'Plus sur Mastodon', language: 'fr', state: 'live', timeZone: 'Europe/Paris' } as const;
const attempt = { handle: 'framapiaf.org', consent: false, showName: false, whenOthers: 'cent', problems: [{ type: 'server-only', host: 'framapiaf.org' } as const, { type: 'when-others' } as const], via: '' };

const pledged: PledgedFacts = {
  token: 'token',
  campaign,
  account: { handle: '@lelibreedu@mastodon.mim-libre.fr', url: 'https://mastodon.mim-libre.fr/@lelibreedu' },
  institution: 'Ministère',
  handle: '@camille@framapiaf.org',
  host: 'framapiaf.org',
  proven: false,
  proof: 'blocked',
  state: 'pending',
  showName: false,
  uncountedOf: null,
  waits: null,
  releasedBy: null,
  keptUntil: null,
  follow: { type: 'unreachable', host: 'framapiaf.org' },
  held: HELD,
  check: 'not-yet',
  shareText: 'Chiche',
};

/** The poster with the most on it. */
const LONG = '/c/long/poster';

let readings: 1 | 2 | 3 = 1;

const pages: Record<string, (query: URLSearchParams) => string> = {
  '/c/lelibreedu': () => renderPage('campaign', campaignPage(lelibreedu(readings), request), request),
  '/c/remarked': () => renderPage('campaign', campaignPage(remarkedUpon(), request), request),
  '/c/won': () => renderPage('campaign', campaignPage(lelibreedu(3), request), request),
  '/c/error': () => renderPage('campaign', campaignPage(lelibreedu(2), request, attempt), request),
  '/': () => renderPage('home', homePage({ closest: [], newest: [], won: [], totals: { live: 1, won: 1, pledges: 9 }, now: new Date() }, request), request),
  '/p/token': () => renderPage('pledged', pledgedPage(pledged, request), request),
  '/p/waiting': () => renderPage('pledged', pledgedPage({ ...pledged, state: 'waiting', waits: { others: 300, promised: 212 }, check: null }, request), request),
  '/c/lelibreedu/share': (query) => {
    const network = SHARING_TARGETS.find((each) => each === query.get('network')) ?? 'mastodon';
    return renderPage('share', sharePage(shareFacts(network, POST), request), request);
  },
  '/c/lelibreedu/press': () => renderPage('press', pressPage({ ...lelibreedu(2), cardPath: '/c/lelibreedu/card-en-123456789abc.png', creator: 'ada@social.example' }, request), request),
  '/c/lelibreedu/poster': () => renderPage('poster', posterPage(lelibreedu(2), request), request),
  [LONG]: () => renderPage('poster', posterPage(longest(), request), request),
  '/c/lelibreedu/embed': () => renderPage('embed', embedPage(lelibreedu(2), { size: 'large', theme: 'dark' }, request), request, 'bare'),
  '/problem': () => renderPage('problem', problemPage({ status: 429, retryAfterSeconds: 60 }, request), request),
};

/** As much as a poster must hold. */
function longest(): CampaignFacts {
  const facts = withSeries([{ at: new Date('2023-09-02T07:10:00Z'), count: 12_345_678 }], [{ at: new Date('2023-09-02T07:10:00Z'), count: 98_765_432 }], { kind: 'overtake' }, new Date('2023-09-02T08:00:00Z'));
  return { ...facts, campaign: { ...facts.campaign, slug: 'plus-d-abonnes-sur-mastodon-que-sur-x-pour-le-ministere', title: 'Ministère de l’Éducation '.repeat(6).slice(0, 140).trim() } };
}

const POST = 'Chiche https://chiche.example/c/lelibreedu';

function shareFacts(network: ShareFacts['network'], text: string): ShareFacts {
  return {
    campaign,
    institution: 'Ministère',
    text,
    isEdited: false,
    tone: 'factual',
    about: 'dare',
    abouts: ['dare', 'thanks', 'own'],
    wording: 0,
    hasAnother: true,
    postLanguage: 'fr',
    network,
    limits: { maxCharacters: null, urlCharacters: null },
    rules: POST_RULES[network],
    mention: false,
    canMention: true,
    server: '',
    community: '',
    problem: null,
    card: { language: 'fr', site: 'Chiche', title: campaign.title, description: 'Le ministère', path: '/card.png', alt: 'Une image' },
    picture: { path: '/card.png', alt: 'Une image' },
  };
}

/** What is counted otherwise somewhere, or ends otherwise than it seems. */
const HARD_TO_COUNT = [
  '',
  '👩‍👩‍👧 🇫🇷 1️⃣ 日本語 e\u0301té ‘’ — …',
  'https://chiche.example/a-very-long-address-indeed, (http://www.a.fr/x.) «https://b.fr/»',
  'https://chiche.example/c/lelibreedu?lang=en and https://c.fr/#part',
  '@user@server.example, @user@server.example:8443. @claire mail@server.example =@no@server.example a@b',
  '@日本@例え.jp @a.b-c@d.e-f.example @_@_ @.',
  '#lelibreedu #LeLibreEdu a#b https://a.fr/#fragment #日本語 &#39; #1234567890',
  'tab\tand\nlines\n\n  spaces\u00a0and\u202fmore',
  'x'.repeat(279),
  'x'.repeat(501),
  '👩‍👩‍👧'.repeat(180),
  `${'1'.repeat(1234)} https://chiche.example/c/lelibreedu`,
];

/** What the studio says of the post. */
const STUDIO = `(() => ({
  count: document.getElementById('count').textContent,
  over: document.getElementById('count').classList.contains('is-over'),
  pieces: [...document.querySelector('.said').childNodes].filter((node) => node.textContent).map((node) => (node.className ? node.className.slice(3) + '=' : '') + node.textContent),
  card: !document.querySelector('.link-card').hidden,
  hashtag: !document.querySelector('[data-plain-hashtag]').hidden,
  mail: document.querySelector('[data-mail]').href,
}))()`;

/** As large as the pictures are that the site draws. */
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"/>';

let browser: Browser;
let server: Server;
let origin: string;

beforeAll(async () => {
  browser = await launchBrowser();
  server = createServer((asked, answer) => {
    const { pathname: path, searchParams } = new URL(asked.url ?? '/', 'http://any.invalid');
    const asset = findAsset(path);
    answer.setHeader('content-security-policy', POLICY);
    if (asset) return void answer.setHeader('content-type', asset.type).end(asset.body);
    if (path.startsWith('/api/')) return void answer.setHeader('content-type', 'application/json').end(JSON.stringify(api()));
    if (path.endsWith('.png')) return void answer.setHeader('content-type', 'image/svg+xml').end(PICTURE);
    const page = pages[path];
    if (!page) return void answer.writeHead(404).end();
    answer.setHeader('content-type', 'text/html; charset=utf-8').end(page(searchParams));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser.close();
  await new Promise((done) => server.close(done));
});

/** What the API answers about the campaign, as far as the script looks. */
function api(): object {
  const { accounts, pledges } = lelibreedu(readings);
  const account = (side: typeof accounts.x): object => ({ network: side?.network, state: side?.state, followers: side?.latest });
  return { state: 'live', institution: { accounts: [account(accounts.fediverse), account(accounts.x)] }, pledges };
}

type Setting = { width?: number; dark?: boolean; javaScript?: boolean };

async function open(path: string, { width = 320, dark = false, javaScript = true }: Setting = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(origin + path);
  return page;
}

/** Of two posters, one is looked at from all sides. */
describe.each(Object.keys(pages).filter((path) => path !== LONG))('%s', (path) => {
  test.each([
    { width: 320, dark: false },
    { width: 1280, dark: true },
  ])('is accessible and fits at $width px, dark: $dark', async (setting) => {
    const page = await open(path, setting);
    expect(await axeFindings(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
    await page.context().close();
  });

  test('has touch targets of 44 px', async () => {
    const page = await open(path);
    const small = await page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter((one) => !one.closest('p.lead, .prose, h1') && !one.matches('[type=checkbox], [type=radio]'))
      .map((one) => ({ html: one.outerHTML.slice(0, 120), height: one.getBoundingClientRect().height }))
      .filter(({ height }) => height > 0 && height < 44)`);
    expect(small).toEqual([]);
    await page.context().close();
  });
});

describe('without JavaScript', () => {
  test('the button opens the form, and nothing that needs a script is shown', async () => {
    const page = await open('/c/lelibreedu', { javaScript: false });
    await page.locator('summary.button').click();
    expect(await page.locator('#handle').isVisible()).toBe(true);
    expect(await page.locator('[data-copy]').first().isVisible()).toBe(false);
    await page.context().close();
  });
});

describe('the poster', () => {
  test.each(['/c/lelibreedu/poster', LONG])('%s holds all of it, on a screen and on paper', async (path) => {
    const page = await open(path, { width: 1280 });
    for (const media of ['screen', 'print'] as const) {
      await page.emulateMedia({ media });
      expect(await page.evaluate(`(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.sheet'))`)).toBe(0);
    }
    await page.context().close();
  });

  test.each([false, true])('is one page of A4 as PDF, whatever the system’s colours (dark: %s)', async (dark) => {
    const page = await open('/c/lelibreedu/poster', { width: 1280, dark });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const text = pdf.toString('latin1');
    expect(text.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    const [, width = '', height = ''] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
    // In points: 210 × 297 mm.
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    await page.context().close();
  });
});

describe('with the keyboard alone', () => {
  test('one reaches the content, then the pledge', async () => {
    const page = await open('/c/lelibreedu', { width: 1280 });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.locator('summary.button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#handle:focus').waitFor();
    await page.context().close();
  });
});

describe('with JavaScript', () => {
  test('a failed form starts at what to put right', async () => {
    const page = await open('/c/error');
    expect(await page.evaluate('document.activeElement.id')).toBe('errors');
    await page.context().close();
  });

  test('the handle is remembered only when asked, and forgotten when asked', async () => {
    const page = await open('/c/lelibreedu');
    const form = page.locator('form[data-pledge]');
    await page.evaluate(`document.querySelector('form').addEventListener('submit', (event) => event.preventDefault())`);
    await page.locator('summary.button').click();
    await page.fill('#handle', '@camille@framapiaf.org');
    await form.getByText('Retenir mon adresse').click();
    await form.locator('[type=submit]').click();
    await page.reload();
    await page.locator('summary.button').click();
    expect(await page.inputValue('#handle')).toBe('@camille@framapiaf.org');
    await page.getByText('Oublier cette adresse').click();
    await page.reload();
    expect(await page.inputValue('#handle')).toBe('');
    await page.context().close();
  });

  test('new numbers appear by themselves', async () => {
    readings = 1;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${origin}/c/lelibreedu`);
    expect(await page.locator('.side-fediverse .number').textContent()).toBe('2\u202f900');
    readings = 2;
    await page.clock.runFor(11_000);
    await page.locator('.side-fediverse .number', { hasText: '5\u202f090' }).waitFor();
    expect(await page.locator('.graph-wide desc').textContent()).toContain('5\u202f090');
    await context.close();
  });

  test('the graph tells the reading under the pointer', async () => {
    const page = await open('/c/won', { width: 1280 });
    const box = await page.locator('.graph-wide').boundingBox();
    if (!box) throw new Error('The graph is not shown.');
    await page.mouse.move(box.x + box.width * 0.82, box.y + box.height / 2);
    expect(await page.locator('.tip').innerText()).toContain('Mastodon 5\u202f876');
    await page.context().close();
  });

  test.each(SHARING_TARGETS)('the studio counts and shows a post for %s while it is typed as the server does', async (network) => {
    const page = await open(`/c/lelibreedu/share?network=${network}`);
    for (const text of [POST, ...HARD_TO_COUNT]) {
      await page.fill('#text', text);
      const { post, preview, mailUrl } = sharePage(shareFacts(network, text), request);
      expect(await page.evaluate(STUDIO)).toEqual({
        count: post.count.words,
        over: post.count.over,
        pieces: preview.pieces.map((piece) => (piece.kind === 'words' ? piece.text : `${piece.kind}=${piece.text}`)),
        card: preview.hasCard,
        hashtag: post.hasPlainHashtag,
        mail: mailUrl,
      });
    }
    await page.context().close();
  });
});
