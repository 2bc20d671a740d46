import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import chromiumInPackage from '@sparticuz/chromium';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Browsers that a system may have, for machines on which the one in the npm package does not start. */
const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Tests may run as root, and nothing is to be asked of the internet. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A real Chromium: the one of the npm package, which needs nothing installed, or else the system's. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await unpackBrowser();
  const { LD_LIBRARY_PATH: _, ...environment } = process.env;
  const bundled = { ...environment, LD_LIBRARY_PATH: join(tmpdir(), 'al2023', 'lib') };
  const system = SYSTEM_BROWSERS.find((path) => existsSync(path));
  return chromium
    .launch({ executablePath, args: ARGS })
    .catch(() => chromium.launch({ executablePath, args: ARGS, env: bundled }))
    .catch((error: unknown) => {
      if (system === undefined) throw error;
      return chromium.launch({ executablePath: system, args: ARGS });
    });
}

/**
 * Unpacks the browser with the libraries that a bare system lacks (NSS above all), which the package only does where
 * it believes to be in its usual surroundings. The global setup calls it first, so that no two suites unpack at once.
 */
export async function unpackBrowser(): Promise<string> {
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
  try {
    return await chromiumInPackage.executablePath();
  } finally {
    delete process.env['AWS_LAMBDA_JS_RUNTIME'];
  }
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the page: failed requests, errors of scripts, violations of the content security policy. */
  troubles: string[];
}

interface VisitOptions {
  width?: number;
  language?: string;
  javaScript?: boolean;
  dark?: boolean;
}

/** A person with a browser of their own. */
export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { width = 360, language = 'en', javaScript = true, dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: language,
    javaScriptEnabled: javaScript,
    colorScheme: dark ? 'dark' : 'light',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    // The status of a form that was refused is no trouble of the page.
    if (message.type() === 'error' && !message.text().includes('status of 4')) troubles.push(message.text());
  });
  return { page, context, troubles };
}

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds against WCAG 2.2 AA, one line for each finding. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Nothing but violations is wanted, and no page has a frame of another origin: told so, axe takes a quarter of the time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(STANDARDS).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** What sticks out of the window sideways, as tags with classes; empty when nothing has to be scrolled. */
export async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(`
    document.documentElement.scrollWidth <= window.innerWidth ? [] :
      [...document.querySelectorAll('main *, header *, footer *')]
        .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
        .map((element) => element.tagName.toLowerCase() + (element.getAttribute('class') ? '.' + element.getAttribute('class') : ''))
  `);
}
