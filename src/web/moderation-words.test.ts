import { describe, expect, test } from '@jest/globals';
import { CAMPAIGN_STATES } from '../domain/campaign-lifecycle.ts';
import { DARE_KINDS } from '../domain/dare.ts';
import { ACCOUNT_STATES } from '../institutions/account.entity.ts';
import { INSTITUTION_KINDS } from '../institutions/institution.entity.ts';
import { SNAPSHOT_FIELDS } from '../moderation/campaign-snapshot.ts';
import { CROWD_KINDS } from '../domain/crowds.ts';
import { CROWD_STATES } from '../pledges/pledge-crowd.entity.ts';
import { DECISION_SUBJECTS } from '../moderation/decision.entity.ts';
import { REPORT_KINDS } from '../moderation/report.entity.ts';
import { LANGUAGES, translator } from '../platform/text.ts';
import { FLAG_KINDS, FLAG_STATES } from '../readings/reading-flag.entity.ts';
import { READING_SOURCES, READING_STATUSES } from '../readings/reading.entity.ts';
import { ACTIONS } from './moderation-log.page.ts';
import { ageWords, changeItems } from './moderation-words.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const en = translator('en');

describe.each(LANGUAGES)('in %s', (language) => {
  const { t } = translator(language);

  test('everything that a campaign, a report or a reading can be has a name', () => {
    const keys = [
      ...[...CAMPAIGN_STATES, 'hidden', 'open', 'upheld', ...FLAG_STATES, ...CROWD_STATES].map((state) => `moderation.state.${state}`),
      ...READING_STATUSES.map((status) => `moderation.status.${status}`),
      ...READING_SOURCES.map((source) => `moderation.source.${source}`),
      ...[...SNAPSHOT_FIELDS, 'status', 'count', 'noteFr', 'noteEn', 'pledges', 'server', 'post'].map((field) => `moderation.field.${field}`),
      ...INSTITUTION_KINDS.map((kind) => `moderation.kind.${kind}`),
      ...DECISION_SUBJECTS.map((subject) => `moderation.subject.${subject}`),
      ...REPORT_KINDS.map((kind) => `report.kind.${kind}`),
      ...ACTIONS.map((action) => `moderation.action.${action}`),
    ];
    keys.push(...DECISION_SUBJECTS.map((subject) => `moderation.did.${subject}`), ...FLAG_KINDS.map((kind) => `moderation.flag.kind.${kind}`));
    for (const kind of CROWD_KINDS) keys.push(`moderation.crowd.kind.${kind}`, `moderation.crowd.why.${kind}`);
    for (const key of keys) expect(t(key, { by: 'a', action: 'b', title: 'c' })).not.toBe('');
    for (const state of ACCOUNT_STATES) expect(t(`moderation.signal.${state}`, { handle: '@a@b.example', to: '@c@d.example' })).toContain('@a@b.example');
    for (const kind of DARE_KINDS) expect(t(`moderation.dare.${kind}`, { target: 6_000 })).not.toBe('');
  });
});

test.each([
  [20_000, '1 minute'],
  [59 * 60_000, '59 minutes'],
  [25 * 3_600_000, '25 hours'],
  [50 * 3_600_000, '2 days'],
])('%d milliseconds are %s', (age, words) => {
  expect(ageWords(new Date(NOW.getTime() - age), NOW, en)).toBe(words);
});

describe('a change', () => {
  test('of words is told word by word', () => {
    const [change] = changeItems([{ field: 'title', before: 'Un titre', after: 'Le titre' }], en);
    expect(change).toMatchObject({ label: 'Title', pieces: [{ kind: 'removed', text: 'Un' }, { kind: 'added', text: 'Le' }, { kind: 'same', text: ' titre' }] });
  });

  test('of what the program chose is told whole, in the words of the page', () => {
    const changes = [
      { field: 'dare', before: 'overtake', after: 'reach 6000' },
      { field: 'hashtag', before: null, after: 'Chiche' },
      { field: 'deadline', before: '2023-09-04T21:59:59.000Z', after: null },
    ];
    expect(changeItems(changes, en).map(({ pieces }) => pieces.map(({ kind, text }) => `${kind}: ${text}`))).toEqual([
      ['removed: More followers on the fediverse than on X', 'added: 6,000 followers on the fediverse'],
      ['added: Chiche'],
      ['removed: 4 September 2023'],
    ]);
  });
});
