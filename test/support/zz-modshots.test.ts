import { test } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { AxeBuilder } from '@axe-core/playwright';
import { ModerationWorld, PASSWORD } from './moderation-world.ts';
import { startTestSite } from './site.ts';
import { Moderation } from '../../src/moderation/moderation.service.ts';
import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { Staffing } from '../../src/identity/staffing.service.ts';
test('shots', async () => {
  const site = await startTestSite();
  const world = new ModerationWorld(site.database.dataSource, site.clock);
  const alix = await world.staff('alix', 'admin');
  const institution = await world.institution({ name: 'Ministère de l’Éducation nationale' });
  await world.campaign({ institution: await world.institution({ name: 'Ministere de l education nationale', website: 'https://education.example/' }), state: 'live', launchedAt: site.clock.now() });
  const campaign = await world.campaign({ institution, title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, le ministère en reparlera.', story: 'Le ministère a dit :\n\n> on en reparlera\n\nNous répondons **chiche** ! Et voici une longue adresse https://www.example.org/quelque/chose/de/tres/long/qui/ne/finit/jamais/vraiment\n\n- un\n- deux', quote: 'On reparlera de Mastodon', quoteSource: 'Un responsable', hashtag: 'Chiche', deadline: new Date('2023-09-04T21:59:59Z'), submittedAt: new Date('2023-08-30T07:00:00Z') });
  const get = async () => site.database.dataSource.getRepository(Campaign).findOneByOrFail({ id: campaign.id });
  const m = site.get(Moderation);
  site.clock.advance(60000);
  await m.decideCampaign(alix, campaign.id, (await get()).changedAt, { action: 'ask_changes', reason: 'Citez vos sources,\net nommez la personne par sa fonction.' });
  site.clock.advance(3600000);
  await site.database.dataSource.getRepository(Campaign).update({ id: campaign.id }, { state: 'submitted', quoteSource: 'Un responsable du ministère, le 30 août 2023', story: campaign.story.replace('deux', 'trois'), changedAt: site.clock.now(), reviewNote: 'x' });
  const live = await world.campaign({ state: 'live', launchedAt: site.clock.now(), title: 'La ville de Lyon ouvre un compte' });
  const report = await world.report(live, 'reply', 'Nous ouvrons un compte en mars.\nMerci !');
  await world.report(live, 'harassment');
  await world.reading(live.xAccount!, 5850, { status: 'counted' });
  site.clock.advance(3600000);
  const reading = await world.reading(live.xAccount!, 58400, { evidenceUrl: 'https://web.archive.example/x' });
  const link = (await site.get(Staffing).add('fatou', 'moderator'));
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args, headless: true });
  const pages: [string, string][] = [['queue', '/moderation'], ['campaign', `/moderation/campaigns/${campaign.id}`], ['live', `/moderation/campaigns/${live.id}`], ['report', `/moderation/reports/${report.id}`], ['reading', `/moderation/readings/${reading.id}`], ['log', '/moderation/log'], ['staff', '/moderation/staff'], ['public-report', `/report/${live.slug}?kind=reply`], ['sent', `/report/${live.slug}?sent=1`]];
  const anon: [string, string][] = [['signin', '/signin'], ['link', `/signin/link/${link.ok ? link.value.token : ''}`], ['dead', '/signin/link/x']];
  for (const [width, scheme, lang] of [[320, 'light', 'fr'], [1280, 'light', 'en'], [1280, 'dark', 'fr']] as const) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, locale: lang, javaScriptEnabled: true });
    const page = await context.newPage();
    const look = async (name: string, path: string) => {
      const res = await page.goto(`${site.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      await page.evaluate(`document.querySelectorAll('details').forEach(d => d.open = true)`);
      const overflow = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
      const axe = await new AxeBuilder({ page }).withTags(['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']).analyze();
      const small = await page.evaluate(`[...document.querySelectorAll('main a, main button, main input, main select, main summary')].filter(e => e.offsetParent && !e.closest('.prose') && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0,90))`);
      console.log(name, width, scheme, res?.status(), overflow ? 'OVERFLOW' : '', axe.violations.map(v => v.id + ' ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')).join('\n'), JSON.stringify(small));
      await page.screenshot({ path: `/tmp/modshots/${name}-${width}-${scheme}.png`, fullPage: true });
    };
    for (const [name, path] of anon) await look(name, path);
    await page.goto(`${site.url}/signin`);
    await page.fill('#name', 'Alix'); await page.fill('#password', PASSWORD); await page.click('button.primary');
    for (const [name, path] of pages) await look(name, path);
    if (width === 320) { await page.goto(`${site.url}/moderation/campaigns/${campaign.id}?lang=fr`); await page.click('button[value="decide"]').catch(() => {}); }
    await context.close();
  }
  await browser.close();
  await site.close();
}, 180000);
