import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pageRequest } from '../../test/support/campaign-facts.ts';
import { ACCOUNT_STATES } from '../institutions/account.entity.ts';
import { allNetworks } from '../networks/networks.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { LANGUAGES } from '../platform/text.ts';
import { renderPage } from '../platform/views.ts';
import { FORECAST_ACCURACY, methodPage, type MethodFacts } from './method.page.ts';

const FACTS: MethodFacts = {
  contact: 'people@chiche.example',
  paysForX: false,
  userAgent: 'Chiche/1.0 (+https://chiche.example/about/method)',
  actorUri: 'https://chiche.example/actor',
};

function rows(language: (typeof LANGUAGES)[number], facts = FACTS) {
  const view = methodPage(facts, pageRequest(language));
  return view.sections.find(({ networks }) => networks !== null)?.networks?.rows ?? [];
}

function html(language: (typeof LANGUAGES)[number], facts = FACTS): string {
  const request = pageRequest(language);
  return renderPage('method', methodPage(facts, request), request).replace(/[\s\u00a0\u202f]+/g, ' ');
}

describe.each(LANGUAGES)('the method page in %s', (language) => {
  test('has a row for every network that there is a file for, and no word is missing', () => {
    expect(rows(language)).toHaveLength(allNetworks.length);
    for (const { name, cells } of rows(language)) expect([name, ...cells.map(({ words }) => words)]).not.toContain('');
  });

  test('explains every state of an account in a line', () => {
    const { sections } = methodPage(FACTS, pageRequest(language));
    const states = sections.find((section) => section.states !== null)?.states ?? [];
    expect(states).toHaveLength(ACCOUNT_STATES.length - 1);
    for (const { name, means } of states) expect([name, means]).not.toContain('');
  });
});

describe('the method page', () => {
  test('tells which calls read a network, and whom they ask', () => {
    const page = html('en');
    for (const call of allNetworks.filter(({ id }) => id !== 'x').flatMap(({ method }) => method.calls)) {
      expect(page).toContain(`<code>${call.replaceAll('=', '&#x3D;')}</code>`);
    }
    expect(page).toContain('public.api.bsky.app');
  });

  test('tells of X what is true of this site', () => {
    const ofX = (facts: MethodFacts) => rows('en', facts).at(-1)?.cells[0];
    expect(ofX(FACTS)).toMatchObject({ words: 'People look at the profile on X; no program does.', calls: [] });
    expect(html('en')).toContain('This site does not pay for it');
    expect(ofX({ ...FACTS, paysForX: true })).toMatchObject({ words: 'api.x.com', calls: ['GET /2/users/by?usernames={name}'] });
    expect(html('en', { ...FACTS, paysForX: true })).toContain('This site pays for it');
  });

  test('tells figures as the program has them', () => {
    const page = html('en');
    for (const words of ['<strong>1 hour</strong> as a rule', '<strong>5 minutes</strong> once 100 followers or 1%', '5 followers</strong> or 0.5%']) {
      expect(page).toContain(words);
    }
    expect(page).toContain('for 100,000 followers, 500');
    expect(html('fr')).toContain('<strong>5 abonnés</strong> près ou 0,5 %');
    expect(page).toContain('User-agent: Chiche');
    expect(page).toContain(FACTS.userAgent);
  });

  test('tells of the forecast what its document measured', () => {
    const document = readFileSync(join(PROJECT_ROOT, 'docs', 'forecast.md'), 'utf8');
    const { moments, median, line, held } = FORECAST_ACCURACY;
    expect(document).toContain(`| **all** | ${moments} | ${median} | ${line} | ${held * 100} % |`);
  });
});
