import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Handlebars from 'handlebars';
import { assetUrl, findAsset } from './assets.ts';
import { PROJECT_ROOT } from './project-root.ts';
import { breakableHandle, localUrl, pageHead, renderPage, scriptJson, type PageRequest } from './views.ts';

const request: PageRequest = {
  language: 'fr',
  explicitLanguage: false,
  path: '/help/new?x=1',
  publicUrl: 'https://chiche.example',
  visitor: null,
  simulation: null,
};
const head = pageHead({ title: 'A <b>title</b>', canonicalPath: '/help/new', jsonLd: { name: '</script><script>' } });

describe('a page', () => {
  test('is a whole document with everything escaped', () => {
    const html = renderPage('help-new', { head }, request);
    expect(html.startsWith('<!doctype html>')).toBe(true);
    expect(html).toContain('<html lang="fr">');
    expect(html).toContain('<title>A &lt;b&gt;title&lt;/b&gt; · Chiche\u202f!</title>');
    expect(html).toContain('{"name":"\\u003c/script\\u003e\\u003cscript\\u003e"}');
    expect(html).toContain('<link rel="canonical" href="https://chiche.example/help/new">');
  });

  test('offers itself in the other languages', () => {
    const html = renderPage('help-new', { head }, request);
    expect(html).toContain('href="/help/new?x&#x3D;1&amp;lang&#x3D;en"');
    expect(html).toContain('hreflang="en" href="https://chiche.example/help/new?lang&#x3D;en"');
  });

  test('stays out of search engines without a canonical path', () => {
    const html = renderPage('help-new', { head: pageHead({ title: 'x' }) }, request);
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).not.toContain('canonical');
  });

  test('has no inline script, style or handler, and asks nothing of anybody else', () => {
    const html = renderPage('help-new', { head: pageHead({ title: 'x' }) }, request);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! type="module" src="\/assets\/)/);
    expect(html).not.toMatch(/<(link|script|img)[^>]+(src|href)="https?:/);
  });

  test('shows the account only to who is signed in', () => {
    const visitor = { name: 'Ada', moderator: true, csrfToken: 't' };
    const html = renderPage('help-new', { head }, { ...request, visitor });
    expect(html).toContain('href="/moderation"');
    expect(renderPage('help-new', { head }, request)).not.toContain('href="/account"');
  });

  test('can be made of every view', () => {
    const views = readdirSync(join(PROJECT_ROOT, 'views'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hbs') && !file.startsWith('posts'));
    expect(views.length).toBeGreaterThan(50);
    for (const file of views) {
      const source = readFileSync(join(PROJECT_ROOT, 'views', file), 'utf8');
      expect({ file, compiled: typeof Handlebars.precompile(source, { strict: true }) }).toEqual({ file, compiled: 'string' });
    }
  });

  test('throws on a view that does not exist and on a field that the model lacks', () => {
    expect(() => renderPage('nothing', { head }, request)).toThrow('views/nothing.hbs');
    expect(() => renderPage('problem', { head }, request)).toThrow('status');
  });
});

describe('a link', () => {
  test('keeps the language only when it was asked for', () => {
    expect(localUrl('/c/a', request)).toBe('/c/a');
    expect(localUrl('/c/a', { language: 'en', explicitLanguage: true })).toBe('/c/a?lang=en');
    expect(localUrl('/c/a?lang=fr#x', { language: 'en', explicitLanguage: true }, { page: 2 })).toBe('/c/a?lang=fr&page=2#x');
  });

  test('leaves out what is not set', () => {
    expect(localUrl('/campaigns', request, { q: '', state: null, page: 3 })).toBe('/campaigns?page=3');
  });
});

test('JSON cannot leave its script element', () => {
  const written = scriptJson({ a: '</script>&\u2028' });
  expect(written).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(written)).toEqual({ a: '</script>&\u2028' });
});

test('a handle breaks before an @ and after a dot', () => {
  expect(breakableHandle('@a@b.example')).toBe('@a<wbr>@b.<wbr>example');
  expect(breakableHandle('@City_of_A')).toBe('@City_<wbr>of_<wbr>A');
  expect(breakableHandle('<a>')).toBe('&#60;a&#62;');
});

describe('an asset', () => {
  test('has a URL of its content and is found under it', () => {
    expect(assetUrl('app.css')).toMatch(/^\/assets\/app\.[\w-]{12}\.css$/);
    const css = findAsset(assetUrl('app.css'));
    expect(css?.type).toBe('text/css; charset=utf-8');
    expect(css?.brotli.length).toBeLessThan(css?.body.length ?? 0);
  });

  test('is known, or a bug', () => {
    expect(() => assetUrl('nothing.css')).toThrow('public/nothing.css');
    expect(findAsset('/assets/../package.json')).toBeNull();
  });
});
