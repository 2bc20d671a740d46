import { describe, expect, test } from '@jest/globals';
import { translator } from '../platform/text.ts';
import { checkbox, choice, errorSummary, textArea, textField, UNTOUCHED } from './form-fields.ts';

const text = translator('en');
const state = { values: { name: 'Ada', agree: 'yes', tone: 'b' }, errors: { name: 'Too short.' } };

describe('a field', () => {
  test('keeps what was typed and points at its hint and its error', () => {
    const field = textField({ name: 'name', label: 'Name', hint: 'Any name', required: true }, state);
    expect(field).toMatchObject({ id: 'name', value: 'Ada', error: 'Too short.', describedBy: 'name-hint name-error', required: true });
    expect(textArea({ name: 'story', label: 'Story' }, UNTOUCHED)).toMatchObject({ value: '', describedBy: null, rows: 5 });
  });

  test('is ticked only by the person', () => {
    expect(checkbox({ name: 'agree', label: 'I agree' }, UNTOUCHED).checked).toBe(false);
    expect(checkbox({ name: 'agree', label: 'I agree' }, state).checked).toBe(true);
  });

  test('offers choices, with one chosen at first if so wished', () => {
    const options = [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }];
    const chosen = (fields: ReturnType<typeof choice>): string[] => fields.options.filter((one) => one.chosen).map((one) => one.value);
    expect(chosen(choice({ name: 'tone', label: 'Tone', options }, state))).toEqual(['b']);
    expect(chosen(choice({ name: 'tone', label: 'Tone', options, initial: 'a' }, UNTOUCHED))).toEqual(['a']);
    expect(chosen(choice({ name: 'tone', label: 'Tone', options }, UNTOUCHED))).toEqual([]);
  });
});

test('errors are gathered with a link to each field, or not at all', () => {
  const fields = [textField({ name: 'name', label: 'Name' }, state), textField({ name: 'other', label: 'Other' }, state)];
  expect(errorSummary(fields, text)).toEqual({ title: 'There is one thing to put right', items: [{ id: 'name', message: 'Too short.' }] });
  expect(errorSummary(fields.slice(1), text)).toBeNull();
});
