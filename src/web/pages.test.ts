import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { pageRequest as request, lelibreedu, withSeries } from '../../test/support/campaign-facts.ts';
import { HELD } from '../../test/support/held.ts';
import { KEPT_WAYS, STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { PROOF_METHODS } from '../domain/proven-identity.ts';
import { POST_RULES } from '../domain/post-length.ts';
import { assetUrl, findAsset } from '../platform/assets.ts';
import { LANGUAGES } from '../platform/text.ts';
import { renderPage, type PageModel } from '../platform/views.ts';
import { aboutPage } from './about.page.ts';
import { methodPage, type MethodFacts } from './method.page.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { bringPage } from './bring.page.ts';
import { campaignPage } from './campaign.page.ts';
import { campaignsPage } from './campaigns.page.ts';
import { embedPage } from './embed.page.ts';
import { erasedPage } from './erased.page.ts';
import type { Choice } from './form-fields.ts';
import { helpNewPage } from './help-new.page.ts';
import { homePage } from './home.page.ts';
import { mailLinkPage, plainPage } from './mail-link.page.ts';
import { otherProofsPage, type OtherProofsFacts, type ProofTrial } from './other-proofs.page.ts';
import { pledgedPage, type PledgedFacts } from './pledged.page.ts';
import { posterPage } from './poster.page.ts';
import { pressPage } from './press.page.ts';
import { problemPage } from './problem.page.ts';
import { reminderPage } from './reminder.page.ts';
import type { ShareFacts } from './share-facts.ts';
import { sharePage, type ShareView } from './share.page.ts';
import type { TileFacts } from './tile.ts';

const KILOBYTE = 1024;

const TILE: TileFacts = {
  slug: 'lelibreedu',
  title: 'Plus sur Mastodon que sur X',
  language: 'fr',
  state: 'live',
  institution: 'Ministère',
  dare: { kind: 'overtake' },
  ...lelibreedu(2).accounts,
  pledges: 0,
  endedAt: null,
  timeZone: 'Europe/Paris',
};
const NOW = new Date('2026-11-22T10:00Z');
const OTHER_PROOFS: OtherProofsFacts = {
  token: 'token',
  campaign: { title: 'Chiche', language: 'fr' },
  handle: '@camille@framapiaf.org',
  host: 'framapiaf.org',
  code: 'chiche-k7m2q9x4tb',
  mailEnabled: true,
  proven: false,
  trial: null,
};
const PROFILE_FAILURES = ['no-code', 'gone', 'deleted', 'suspended', 'moved', 'not-both-ways', 'refused', 'own-handle', 'another-person', 'unreachable', 'unreadable'];
const PROOF_TRIALS: readonly (ProofTrial | null)[] = [
  null,
  ...PROFILE_FAILURES.map((failure) => ({ by: 'profile', failure }) as const),
  ...['required', 'bad-email', 'too-many'].map((failure) => ({ by: 'mail', email: 'a@', failure }) as const),
  { by: 'mail', sent: true },
  ...['no-code', 'wrong-code', 'another-pledge'].map((failure) => ({ by: 'code', code: '12', failure, left: 1 }) as const),
];
const OUTCOMES = ['donePledge', 'doneReminder', 'anotherPledge', 'forgotten', 'gone', 'me'] as const;

const PLEDGED: PledgedFacts = {
  token: 'secret',
  campaign: { slug: 'lelibreedu', title: 'Plus sur Mastodon', language: 'fr', state: 'live', timeZone: 'Europe/Paris' },
  account: { handle: '@lelibreedu@mastodon.mim-libre.fr', url: 'https://mastodon.mim-libre.fr/@lelibreedu' },
  institution: 'Ministère',
  handle: '@camille@framapiaf.org',
  host: 'framapiaf.org',
  proven: false,
  proof: null,
  state: 'pending',
  showName: false,
  uncountedOf: null,
  waits: null,
  releasedBy: null,
  keptUntil: new Date('2023-09-09T10:00Z'),
  follow: { type: 'found', url: 'https://framapiaf.org/authorize_interaction?uri=x', host: 'framapiaf.org' },
  held: HELD,
  check: null,
  shareText: 'Chiche',
};
const WAITING: PledgedFacts = { ...PLEDGED, state: 'waiting', waits: { others: 300, promised: 212 }, keptUntil: null };
const SHARE: ShareFacts = {
  campaign: { slug: 'lelibreedu', title: 'Plus sur Mastodon', language: 'fr' },
  institution: 'Ministère',
  text: 'Chiche !\n\nhttps://chiche.example/c/lelibreedu',
  isEdited: false,
  tone: 'factual',
  about: 'dare',
  abouts: ['dare', 'thanks', 'own'],
  wording: 7,
  hasAnother: true,
  postLanguage: 'fr',
  network: 'mastodon',
  limits: { maxCharacters: null, urlCharacters: null },
  rules: POST_RULES.mastodon,
  mention: false,
  canMention: true,
  server: '',
  community: '',
  problem: null,
  card: { language: 'fr', site: 'Chiche !', title: 'Plus sur Mastodon', description: '5 090 contre 5 840', path: '/c/lelibreedu/card-1.png', alt: 'Une image' },
  picture: { path: '/c/lelibreedu/card-1.png', alt: 'Une image' },
};

const METHOD: MethodFacts = { contact: null, paysForX: true, userAgent: 'Chiche/1 (+https://chiche.example/about/method)', actorUri: 'https://chiche.example/actor' };

const none: CampaignFacts = {
  ...withSeries([], [], { kind: 'overtake' }, NOW),
  pledges: { total: 0, verified: 0, kept: 0, servers: [], serverCount: 0, nextRelease: null, today: 0, names: [], wave: null },
  shareText: null,
  cardPath: null,
};

function campaign(facts: CampaignFacts, attempt?: Parameters<typeof campaignPage>[2]): string {
  return renderPage('campaign', campaignPage(facts, request(), attempt), request());
}

/** Text as it is read, with ordinary spaces. */
function read(html: string): string {
  return html
    .replace(/<(script|style|title|desc)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, '')
    .replace(/&#x27;/g, "'")
    .replace(/\s+/g, ' ');
}

describe('every page', () => {
  const pages = LANGUAGES.flatMap((language) => {
    const page = request(language, '/');
    const models: [string, PageModel, string?][] = [
      ['home', homePage({ closest: [TILE], newest: [TILE], won: [], totals: { live: 1, won: 0, pledges: 7 }, now: NOW }, page)],
      ['home', homePage({ closest: [], newest: [], won: [], totals: { live: 0, won: 0, pledges: 0 }, now: NOW }, page)],
      ['campaigns', campaignsPage({ search: { q: 'a', state: null, language: null }, items: [TILE], page: 1, pages: 2, total: 21, now: NOW }, page)],
      ['pledged', pledgedPage(PLEDGED, page)],
      ['pledged', pledgedPage({ ...PLEDGED, uncountedOf: 'framapiaf.org' }, page)],
      ['pledged', pledgedPage(WAITING, page)],
      ['pledged', pledgedPage({ ...PLEDGED, releasedBy: 300 }, page)],
      ['erased', erasedPage({ slug: 'lelibreedu' }, page)],
      ['share', sharePage(SHARE, page)],
      ['share', sharePage({ ...SHARE, about: 'own', problem: 'too-long', limits: { maxCharacters: 40, urlCharacters: 23 } }, page)],
      ...(['small', 'large'] as const).map((size): [string, PageModel, string] => ['embed', embedPage(lelibreedu(2), { size, theme: 'dark' }, page), 'bare']),
      ...[lelibreedu(2), { ...lelibreedu(3), creator: 'ada@social.example' }, none].flatMap((facts): [string, PageModel][] => [['press', pressPage(facts, page)], ['poster', posterPage(facts, page)]]),
      ['method', methodPage({ ...METHOD, paysForX: false }, page)],
      ['method', methodPage({ ...METHOD, contact: 'a@b.example' }, page)],
      ['help-new', helpNewPage(page, { mailEnabled: false, trial: null })],
      ['help-new', helpNewPage(page, { mailEnabled: true, trial: { email: 'a@', failure: 'bad-email' } })],
      ['reminder', reminderPage('a'.repeat(32), { code: '1', failure: 'wrong-code', left: 2 }, page)],
      ...PROOF_TRIALS.map((trial): [string, PageModel] => ['other-proofs', otherProofsPage({ ...OTHER_PROOFS, trial }, page)]),
      ...[null, { code: 'abcdefghijkl', brought: 3 }].map((invitation): [string, PageModel] => ['bring', bringPage({ token: 'token', campaign: { slug: 'x', title: 'Chiche', language: 'fr' }, invitation, shareText: 'https://chiche.example/c/x' }, page)]),
      ['mail-link', mailLinkPage('a'.repeat(32), { purpose: 'pledge', about: 'Chiche' }, page)],
      ['mail-link', mailLinkPage('a'.repeat(32), { purpose: 'reminder', about: '' }, page)],
      ...OUTCOMES.map((outcome): [string, PageModel] => ['plain', plainPage(outcome, page)]),
      ['about', aboutPage('privacy', { contact: 'a@b.example' }, page)],
      ['about', aboutPage('legal', { contact: null }, page)],
      ...[400, 403, 404, 410, 418, 429, 500, 502, 503].map((status): [string, PageModel] => ['problem', problemPage({ status }, page)]),
      ...[lelibreedu(1), lelibreedu(2), lelibreedu(3), none].map((facts): [string, PageModel] => ['campaign', campaignPage(facts, page)]),
    ];
    return models.map(([view, model, layout]) => ({ view, language, html: renderPage(view, model, page, layout) }));
  });

  test.each(pages)('$view in $language has one h1, unique ids, and nothing inline', ({ html }) => {
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html).not.toMatch(/<style|\sstyle="|\son[a-z]+="/);
    expect(html).not.toMatch(/undefined|\[object|NaN/);
    for (const [, id] of html.matchAll(/aria-(?:labelledby|describedby)="([^" ]*)/g)) expect(ids).toContain(id);
  });
});

describe('a campaign page', () => {
  test('tells dare, score, gap and where the numbers come from', () => {
    const text = read(campaign(lelibreedu(2)));
    expect(text).toContain('En cours · jusqu’au lundi 4 septembre');
    expect(text).toContain('Quand @lelibreedu aura plus d’abonnés');
    expect(text).toContain('5 090');
    expect(text).toContain('750 abonnés d’écart');
    expect(text).toContain('Mastodon : 2 septembre à 09:10 (UTC+2), lu sur le serveur du compte');
    expect(text).toContain('À ce rythme, Mastodon devrait passer devant entre le 2 et le 6 septembre (huit chances sur dix)');
    expect(text).toContain('412 personnes ont promis de suivre');
  });

  test('says once in whose clocks its milestones are told, where there are any', () => {
    const section = (facts: CampaignFacts): string => read(/<section[^>]*aria-labelledby="milestones"[\s\S]*?<\/section>/.exec(campaign(facts))?.[0] ?? '');
    expect(section(lelibreedu(3)).match(/Heures : Europe\/Paris\./g)).toHaveLength(1);
    expect(section({ ...none, milestones: [] })).not.toContain('Europe/Paris');
  });

  test('keeps the order of the house: status, dare, score, button, graph, why, promises, milestones, share, sources', () => {
    const html = campaign(lelibreedu(2));
    const order = ['class="status', '<h1', 'class="card match"', 'id="pledge"', 'id="graph-heading"', 'id="story"', 'id="win"', 'id="pledges"', 'id="milestones"', 'id="share"', 'id="sources"'];
    const places = order.map((mark) => html.indexOf(mark));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('celebrates a win and says thank you', () => {
    const text = read(campaign(lelibreedu(3)));
    expect(text).toContain('Gagné. Merci !');
    expect(text).toContain('44 abonnés d’avance');
    expect(text).not.toContain('Je promets');
    expect(campaign(lelibreedu(3))).toContain('class="crossing"');
  });

  test('is frozen when it ended, with the account still to follow', () => {
    const facts = lelibreedu(2);
    const html = campaign({ ...facts, campaign: { ...facts.campaign, state: 'ended', endedAt: new Date('2023-09-02T21:00Z') } });
    expect(read(html)).toContain('Terminé le 2 septembre');
    expect(html).toContain('line-fediverse');
    expect(read(html)).toContain('Suivre @lelibreedu');
    expect(html).not.toContain('data-poll');
    expect(read(html)).not.toContain('de plus');
  });

  test('tells who joins once enough have promised', () =>
    expect(read(campaign(lelibreedu(2)))).toContain('et 88 de plus dès que 500 auront promis'));

  test('shows nothing unknown as a number, and no big zero', () => {
    const html = campaign(none);
    expect(read(html)).toContain('pas encore lu');
    expect(read(html)).toContain('Personne n’a encore promis');
    expect(html).not.toMatch(/class="(number|big)">0</);
    expect(html).toContain('Le premier relevé arrive bientôt.');
  });

  test('says when an account hides its count or the last reading is old', () => {
    const facts = lelibreedu(2);
    const fediverse = facts.accounts.fediverse && { ...facts.accounts.fediverse, state: 'hidden' as const, count: null };
    expect(read(campaign({ ...facts, accounts: { ...facts.accounts, fediverse } }))).toContain('nombre masqué par le compte');
    expect(read(campaign({ ...facts, now: new Date('2023-09-04T10:00Z') }))).toContain('Mastodon : n’a pas été lu depuis le 2 septembre à 09:10 (UTC+2).');
  });

  test('fits every dare', () => {
    const facts = lelibreedu(2);
    const reach = campaign({ ...facts, campaign: { ...facts.campaign, dare: { kind: 'reach', target: 10_000 } } });
    expect(read(reach)).toContain('Encore 4 910 abonnés');
    const open = campaign({ ...facts, accounts: { ...facts.accounts, fediverse: null }, gap: null, series: { fediverse: [], x: facts.series.x }, campaign: { ...facts.campaign, dare: { kind: 'open' } } });
    expect(read(open)).toContain('promesses de suivre');
    expect(read(open)).toContain('Chiche ! Je promets de suivre');
  });

  test('asks for the handle without capitals or correction, and ticks nothing in advance', () => {
    const html = campaign(lelibreedu(2));
    expect(html).toMatch(/<input id="handle" name="handle" type="text"[^>]*inputmode="email"[^>]*autocapitalize="none" autocorrect="off" spellcheck="false"/);
    expect(html).not.toMatch(/type="checkbox"[^>]*checked/);
    expect(html.match(/type="checkbox"/g)).toHaveLength(2);
  });

  test('keeps what was typed and says what is wrong, beside the field and in a summary', () => {
    const html = campaign(lelibreedu(2), {
      handle: 'framapiaf.org"',
      consent: false,
      showName: true,
      whenOthers: '',
      problems: [{ type: 'server-only', host: 'framapiaf.org' }, { type: 'consent' }],
      via: '',
    });
    expect(html).toContain('value="framapiaf.org&quot;"');
    expect(html).toContain('<a href="#handle">Ajoutez votre nom\u00a0: @vous@framapiaf.org. Sur Bluesky, donnez l’adresse de votre profil\u00a0: bsky.app/profile/framapiaf.org</a>');
    expect(html).toMatch(/aria-describedby="handle-hint handle-error" aria-invalid="true"/);
    expect(html).toMatch(/id="showName"[^>]*checked/);
    expect(html).toMatch(/<details class="pledge" id="pledge" open>/);
  });

  test('offers to copy the account when the typed one does not exist', () => {
    const html = campaign(lelibreedu(2), { handle: '@x@y.example', consent: true, showName: false, whenOthers: '', problems: [{ type: 'no-such-account', host: 'y.example' }], via: '' });
    expect(html).toContain('data-copy="@lelibreedu@mastodon.mim-libre.fr"');
  });

  test('tells previews what it is about', () => {
    const { head } = campaignPage(lelibreedu(2), request());
    expect(head.jsonLd).toMatchObject({ '@type': 'NewsArticle', headline: lelibreedu(2).campaign.title, datePublished: '2023-08-30T16:00:00.000Z' });
    expect(head.image).toMatchObject({ url: 'https://chiche.example/c/lelibreedu/card-fr-0123456789ab.png', width: 1200, height: 630 });
    expect(head.image?.alt).toContain('5\u202f090');
    expect(head.description).toContain('750 abonnés d’écart.');
    const html = campaign(lelibreedu(2));
    expect(html).toContain('<meta property="article:published_time" content="2023-08-30T16:00:00.000Z">');
    expect(html).toContain('<link rel="alternate" type="application/json+oembed" title="Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera." href="https://chiche.example/oembed?url&#x3D;https%3A%2F%2Fchiche.example%2Fc%2Flelibreedu">');
  });

  test('credits whoever allowed it, and nobody else', () => {
    expect(campaign({ ...lelibreedu(2), creator: 'ada@social.example' })).toContain('<meta name="fediverse:creator" content="@ada@social.example">');
    expect(campaign(lelibreedu(2))).not.toContain('fediverse:creator');
  });

  test('renders a story without raw HTML, with headings below its own', () => {
    const html = campaign(lelibreedu(2));
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).toContain('<h3>Pourquoi</h3>');
  });

  test('a preview stays out of search engines and cannot be pledged to', () => {
    const facts = lelibreedu(2);
    const html = campaign({ ...facts, campaign: { ...facts.campaign, state: 'preview' } });
    expect(html).toContain('noindex');
    expect(html).not.toContain('method="post"');
  });

  test('weighs at most 60 kB with everything, scripts 10 kB', () => {
    const many = Array.from({ length: 4000 }, (_, hour) => ({ at: new Date(Date.UTC(2026, 0, 1, hour)), count: 5000 + hour * 7 + ((hour * 37) % 11) }));
    const html = campaign(withSeries(many, many.map(({ at, count }) => ({ at, count: 40_000 - (count % 90) })), { kind: 'overtake' }, NOW));
    const assets = ['app.css', 'app.js', 'favicon.svg'].map((name) => findAsset(assetUrl(name))?.gzip.length ?? Infinity);
    const total = brotliCompressSync(html).length + assets.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(60 * KILOBYTE);
    expect(assets[1]).toBeLessThan(5 * KILOBYTE);
  });
});

describe('the private page of a pledge', () => {
  const page = (facts: Partial<PledgedFacts>): string => renderPage('pledged', pledgedPage({ ...PLEDGED, ...facts }, request()), request());

  test('leads to the supporter’s own server', () => {
    const html = page({});
    expect(html).toContain('href="https://framapiaf.org/authorize_interaction?uri&#x3D;x"');
    expect(read(html)).toContain('Suivre depuis framapiaf.org');
    expect(read(html)).toContain('effacée le 9 septembre 2023');
    expect(html).toContain('action="/p/secret/withdraw"');
    expect(html).toContain('action="/p/secret/check"');
  });

  test('shows the manual way when that server does not answer', () => {
    const html = page({ follow: { type: 'unreachable', host: 'framapiaf.org' } });
    expect(read(html)).toContain('framapiaf.org n’a pas répondu à temps. Votre promesse est bien enregistrée');
    expect(html).toContain('@lelibreedu<wbr>@mastodon');
  });

  test('keeps the handle for correction when there is no such account', () => {
    const html = page({ follow: { type: 'missing', host: 'framapiaf.org' } });
    expect(read(html)).toContain('Une faute de frappe ?');
    expect(html).toContain('value="@camille@framapiaf.org"');
    expect(html).toContain('action="/c/lelibreedu/pledge"');
  });

  test('tells all that is held, in words for every state, proof and way of following', () => {
    const at = new Date('2023-09-02T07:30:00Z');
    expect(read(page({}))).toMatch(/Ce que nous gardons de vous[\s\S]*camille@framapiaf.org[\s\S]*au texte de la version 2026-11/);
    expect(page({})).toContain('href="/p/secret/data.json"');
    for (const state of STANDING_STATES) expect(read(page({ held: { ...HELD, state } }))).toContain('Votre promesse');
    const conditions = [{ whenOthers: 300, releasedAt: null }, { whenOthers: 300, releasedAt: at }, { whenOthers: null, releasedAt: at }] as const;
    for (const condition of conditions) expect(read(page({ held: { ...HELD, condition } }))).toMatch(/Votre condition\s+(quand 300|plus aucune)/);
    for (const how of PROOF_METHODS) expect(read(page({ held: { ...HELD, proof: { how, at } } }))).toMatch(/Votre preuve\s*\S/);
    for (const how of KEPT_WAYS) {
      const html = page({ held: { ...HELD, kept: { how, at, seenAgainAt: at }, shownByName: { since: at } } });
      expect(read(html)).toContain('Nous regardons de nouveau le 2 septembre 2023');
    }
  });

  test('says for how many others it waits and how many there are, and offers no follow before', () => {
    const html = page(WAITING);
    expect(read(html)).toMatch(/Vous attendez 300 autres personnes\s+212 personnes ont promis/);
    expect(html).toMatch(/<progress value="212" max="300"/);
    expect(html).toContain('action="/p/secret/promise"');
    expect(html).toContain('action="/p/secret/sign-in"');
    for (const early of ['authorize_interaction', 'action="/p/secret/check"', 'value="follow"']) expect(html).not.toContain(early);
    expect(read(html)).toContain('effacée à la fin de la campagne');
    const missing = page({ ...WAITING, follow: { type: 'missing', host: 'framapiaf.org' } });
    expect(missing).toMatch(/<details class="condition" open>[\s\S]*value="300"/);
  });

  test('says when enough have promised, and when they never did', () => {
    expect(read(page({ ...WAITING, waits: { others: 300, promised: 300 } }))).toContain('compte dans quelques secondes');
    const over = page({ ...WAITING, campaign: { ...PLEDGED.campaign, state: 'ended' } });
    expect(read(over)).toContain('vous n’avez rien promis');
    expect(over).not.toContain('/promise"');
    const released = page({ releasedBy: 300 });
    expect(read(released)).toContain('300 autres personnes ont promis');
    expect(released).toContain('authorize_interaction');
  });

  test('waits where there is no account yet, and thanks once the promise is kept', () => {
    expect(read(page({ account: null, follow: { type: 'waiting' } }))).toContain('n’a pas encore de compte');
    expect(read(page({ state: 'kept', keptUntil: null }))).toContain('Promesse tenue. Merci !');
    expect(page({ state: 'kept', keptUntil: null })).not.toContain('/check"');
  });
});

describe('the share page', () => {
  const chosen = (field: Choice | null): string | undefined => field?.options.find((option) => option.chosen)?.value;
  const fields = (text: string, facts: Partial<ShareFacts> = {}): ShareView => sharePage({ ...SHARE, ...facts, text }, request());

  test('counts the post as its network does, without a script', () => {
    expect(sharePage(SHARE, request()).post.count).toEqual({ words: '33 / 500 caractères', over: false });
    expect(fields('é'.repeat(501)).post.count.over).toBe(true);
  });

  test('keeps the other choices when one changes', () => {
    const { choices, action } = sharePage({ ...SHARE, network: 'x', mention: true }, request());
    expect([choices.about, choices.tone, choices.language, choices.network].map(chosen)).toEqual(['dare', 'factual', 'fr', 'x']);
    expect(choices.mention?.checked).toBe(true);
    expect(choices.kept).toEqual([{ name: 'wording', value: '7' }]);
    expect(action).toBe('/c/lelibreedu/share?about=dare&tone=factual&in=fr&wording=7&network=x&mention=yes');
  });

  test('has another wording, in any of five languages, about what holds now', () => {
    const { another, choices, reportUrl } = sharePage(SHARE, request());
    expect(another).toContain('wording=8');
    expect(choices.language.options.map(({ label }) => label)).toEqual(['Français', 'English', 'Deutsch', 'Español', 'Italiano']);
    expect(choices.about.options.map(({ label }) => label)).toEqual(['Le défi', 'Merci', 'Les mots de la campagne']);
    expect(reportUrl).toBeNull();
    const own = sharePage({ ...SHARE, about: 'own' }, request());
    expect(own.reportUrl).toBe('/report/lelibreedu');
    expect(own.choices.tone).toBeNull();
    expect(own.choices.kept).toContainEqual({ name: 'tone', value: 'factual' });
  });

  test('remembers what a server told, for its own network', () => {
    const limits = { maxCharacters: 20, urlCharacters: 23 };
    const rules = { ...POST_RULES.mastodon, limit: 20 };
    const view = sharePage({ ...SHARE, server: 'tiny.example', problem: 'too-long', limits, rules }, request());
    expect(view.shorterUrl).toContain('server=tiny.example&of=mastodon&limit=20&url=23');
    expect(view.another).toContain('limit=20');
    expect(view.choices.kept).toContainEqual({ name: 'of', value: 'mastodon' });
    expect(view.post.area.error).toBe('tiny.example accepte 20 caractères, et votre texte en a 13 de trop. Raccourcissez-le, ou laissez-nous faire.');
    expect(view.errors?.items).toEqual([{ id: 'text', message: view.post.area.error }]);
  });

  test('says what is wrong with a server and keeps it', () => {
    const html = renderPage('share', sharePage({ ...SHARE, server: 'nope', problem: 'malformed' }, request()), request());
    expect(html).toContain('value="nope"');
    expect(read(html)).toContain('« nope » ne ressemble pas à un nom de serveur');
  });

  test.each<[string, ShareFacts['network'], string]>([
    ['Mastodon', 'mastodon', 'words=Chiche |mention=@ada|words=, |hashtag=#Chiche|words= |url=social.example/a-very-long-pat…'],
    ['Bluesky', 'bluesky', 'words=Chiche |mention=@ada@social.example|words=, |hashtag=#Chiche|words= |url=social.example/a-very-long-pat…'],
    ['Lemmy', 'lemmy', 'words=Chiche |mention=@ada@social.example|words=, |hashtag=#Chiche|words= |url=https://social.example/a-very-long-path-indeed'],
  ])('shows the post as %s does', (_name, network, shown) => {
    const { preview } = fields('Chiche @ada@social.example, #Chiche https://social.example/a-very-long-path-indeed', { network, rules: POST_RULES[network] });
    expect(preview.pieces.map(({ kind, text }) => `${kind}=${text}`).join('|')).toBe(shown);
  });

  test('draws the card where networks do', () => {
    const url = 'https://chiche.example/c/lelibreedu';
    const hasCard = (text: string, facts: Partial<ShareFacts> = {}): boolean => fields(text, facts).preview.hasCard;
    expect([url, `${url}?lang=en`, `https://a.example ${url}`, `${url}2`, 'Chiche'].map((text) => hasCard(text))).toEqual([true, true, false, false, false]);
    expect(hasCard('Chiche', { network: 'lemmy' })).toBe(true);
  });

  test('asks for capitals in a hashtag of several words, and for nothing else', () => {
    const asks = (text: string): boolean => fields(text).post.hasPlainHashtag;
    expect(['#lelibreedu', '#argent_public', '#LeLibreEdu', '#chiche', 'lelibreedu', `${SHARE.text}#lelibreedu`].map(asks)).toEqual([true, true, false, false, false, false]);
  });

  test('leads to sites of one address, to people’s own servers, and to communities where there are any', () => {
    const view = (network: ShareFacts['network']): ShareView => fields('Chiche', { network });
    expect([view('x').site?.to, view('bluesky').site?.to, view('misskey').site]).toEqual(['x', 'bluesky', null]);
    expect([view('mastodon').community, view('lemmy').community?.name]).toEqual([null, 'community']);
    expect([view('mastodon').hasChooser, view('lemmy').hasChooser]).toEqual([true, false]);
    expect(fields('Chiche !\nÀ vous').mailUrl).toBe('mailto:?subject=Plus%20sur%20Mastodon&body=Chiche%20!%0D%0A%C3%80%20vous');
  });
});

test('the directory keeps its search from page to page', () => {
  const facts = { search: { q: 'é&', state: 'won', language: 'fr' as const }, items: [], page: 2, pages: 3, total: 41, now: NOW };
  const view = campaignsPage(facts, request());
  expect(view.next).toBe('/campaigns?q=%C3%A9%26&state=won&in=fr&page=3');
  expect(view.previous).toBe('/campaigns?q=%C3%A9%26&state=won&in=fr');
});

test('a failure says when to try again', () => {
  expect(problemPage({ status: 429, retryAfterSeconds: 90 }, request()).text).toContain('Réessayez dans 2 minutes.');
});
