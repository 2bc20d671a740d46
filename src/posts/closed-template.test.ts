import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { translator } from '../platform/text.ts';
import { MAX_TEMPLATE, parseTemplate, PLACEHOLDERS, renderTemplate, unknownIn, type PostValues, type TemplateError } from './closed-template.ts';

const VALUES: PostValues = {
  institution: 'Ville de Lyon',
  title: 'Chiche',
  network: 'Mastodon',
  deadline: null,
  day: null,
  fediverse: 5_090,
  x: 5_840,
  missing: 1,
  target: null,
  pledges: 0,
  gained: null,
  days: 2,
};
const rendered = (source: string, values = VALUES): string | null => {
  const template = parseTemplate(source);
  if (!template.ok) throw new Error(template.error.type);
  return renderTemplate(template.value, values, translator('en'));
};
const errorOf = (source: string): TemplateError | null => {
  const template = parseTemplate(source);
  return template.ok ? null : template.error;
};

describe('a template', () => {
  test.each([
    ['{{institution}}: {{fediverse}} on {{network}}.', 'Ville de Lyon: 5,090 on Mastodon.'],
    ['{{missing}} {{plural missing "follow" "follows"}}, {{days}} {{plural days "day" "days"}}', '1 follow, 2 days'],
    ['{{ x }} & <b>', '5,840 & <b>'],
    ['{{{title}}} {{&title}}', 'Chiche Chiche'],
    ['a\nb', 'a\nb'],
    ['no names at all { } } {', 'no names at all { } } {'],
  ])('%j becomes %j', (source, text) => {
    expect(rendered(source)).toBe(text);
  });

  test('has no text as long as a value is not known, and tells which', () => {
    const template = parseTemplate('{{deadline}} {{fediverse}} {{plural gained "a" "b"}} {{deadline}}');
    expect(template.ok && renderTemplate(template.value, VALUES, translator('en'))).toBeNull();
    expect(template.ok && unknownIn(template.value, VALUES)).toEqual(['deadline', 'gained']);
  });

  test('treats values as text, whatever is in them', () => {
    expect(rendered('{{title}}', { ...VALUES, title: '{{x}} {{{{raw}}}} <script>' })).toBe('{{x}} {{{{raw}}}} <script>');
  });
});

describe('the closed world', () => {
  test.each([
    'constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'this', '.', '..', '@root', '@index', '../title', './title',
    'this.title', 'title.constructor', 'title.length', 'institution.__proto__', 'constructor.constructor', 'followers', 'Institution', 'lookup', 'log', 'if', 'each', 'helperMissing', 'blockHelperMissing',
  ])('{{%s}} stands for nothing, and is named', (name) => {
    expect(errorOf(`before {{${name}}} after`)).toEqual({ type: 'unknown', what: name });
  });

  test.each([
    ['{{lookup this "constructor"}}', 'not-allowed'],
    ['{{log "x" level="error"}}', 'not-allowed'],
    ['{{title title}}', 'not-allowed'],
    ['@ {{~title}}', 'not-allowed'],
    ['{{title~}} @', 'not-allowed'],
    ['{{title x=1}}', 'not-allowed'],
    ['{{"title"}}', 'not-allowed'],
    ['{{1}}', 'not-allowed'],
    ['{{true}}', 'not-allowed'],
    ['{{undefined}}', 'not-allowed'],
    ['{{null}}', 'not-allowed'],
    ['{{#if x}}a{{else}}b{{/if}}', 'not-allowed'],
    ['{{#each this}}{{.}}{{/each}}', 'not-allowed'],
    ['{{#with (lookup this "constructor")}}{{/with}}', 'not-allowed'],
    ['{{^x}}a{{/x}}', 'not-allowed'],
    ['{{> partial}}', 'not-allowed'],
    ['{{#> layout}}a{{/layout}}', 'not-allowed'],
    ['{{#*inline "a"}}{{/inline}}', 'not-allowed'],
    ['{{* decorator}}', 'not-allowed'],
    ['{{{{raw}}}} {{x}} {{{{/raw}}}}', 'not-allowed'],
    ['{{! a comment }}', 'not-allowed'],
    ['{{!-- a comment --}}', 'not-allowed'],
    ['{{plural}}', 'plural'],
    ['{{plural missing}}', 'plural'],
    ['{{plural missing "a"}}', 'plural'],
    ['{{plural missing "a" "b" "c"}}', 'plural'],
    ['{{plural missing a b}}', 'plural'],
    ['{{plural (lookup this "x") "a" "b"}}', 'plural'],
    ['{{plural 1 "a" "b"}}', 'plural'],
    ['{{plural missing "a" "b" c="d"}}', 'not-allowed'],
    ['{{plural constructor "a" "b"}}', 'unknown'],
    ['{{plural title "a" "b"}}', 'unknown'],
    ['{{(plural missing "a" "b")}}', 'syntax'],
    ['{{((title))}}', 'syntax'],
    ['{{', 'syntax'],
    ['{{title', 'syntax'],
    ['{{title}', 'syntax'],
    ['{{{title}}', 'syntax'],
    ['{{}}', 'syntax'],
    ['{{#if x}}', 'syntax'],
    ['{{/if}}', 'syntax'],
    ['{{title-}}{{title!}}', 'syntax'],
    ['', 'empty'],
    [' \n ', 'empty'],
    ['a'.repeat(MAX_TEMPLATE + 1), 'too-long'],
    ['{{x}}'.repeat(21), 'too-many'],
    ['Hello @claire', 'mention'],
    ['Hello @claire@social.example!', 'mention'],
    ['@{{institution}}', 'mention'],
    ['{{plural x "@a" "b"}}', 'mention'],
  ])('%j is refused: %s', (source, type) => {
    expect(errorOf(source)?.type).toBe(type);
  });

  test('says what it means, and where', () => {
    expect(errorOf('a\nb {{#each x}}c{{/each}}')).toEqual({ type: 'not-allowed', what: '{{#each x}}c{{/each}}' });
    expect(errorOf('one\ntwo\n{{title')).toEqual({ type: 'syntax', line: 3 });
    expect(errorOf('with @claire@social.example, today')).toEqual({ type: 'mention', what: '@claire@social.example,' });
    expect(errorOf('mail me at a@b.example')).toBeNull();
  });

  const fragment = fc.oneof(
    fc.constantFrom('{{', '}}', '{{{', '}}}', '{{#', '{{/', '{{>', '{{!', '{{^', '{{&', '~', '(', ')', '|', '=', '"', "'", '\\', '[', ']', '@', '..', '/', 'as', 'else', 'plural '),
    fc.constantFrom(...PLACEHOLDERS, 'constructor', '__proto__', 'if', 'each', 'lookup'),
    fc.string({ maxLength: 6 }),
  );

  test('answers whatever is typed with a template or an error, and renders no more than what it was given', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')), (source) => {
        const template = parseTemplate(source);
        if (!template.ok) return;
        const text = renderTemplate(template.value, VALUES, translator('en'));
        expect(text === null || text.length <= source.length + 20 * 'Ville de Lyon'.length).toBe(true);
        expect(text ?? '').not.toMatch(/\[object|function|native code/);
      }),
      { numRuns: 3_000 },
    );
  });

  test('reads the worst of its length in no time', () => {
    const worst = ['{{(', '{{#a}}', '{{plural ', '{{"', '\\{{', '{{{{', '{{~', '((', '{{!--', '{{[', '{{a.'];
    const start = performance.now();
    for (const part of worst) parseTemplate(part.repeat(MAX_TEMPLATE).slice(0, MAX_TEMPLATE));
    expect(performance.now() - start).toBeLessThan(worst.length * 50);
  });
});
