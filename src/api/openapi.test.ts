import { expect, test } from '@jest/globals';
import { LANGUAGES, translator } from '../platform/text.ts';
import { campaignsAsked } from './campaign.schema.ts';
import { openApiDocument } from './openapi.ts';
import { pledgeBody } from './pledge.schema.ts';
import { PROBLEMS } from './problem.ts';
import { readingsAsked } from './reading.schema.ts';
import { statesAsked } from './state.schema.ts';

type Node = Record<string, unknown>;
const document = openApiDocument('https://chiche.example') as {
  openapi: string;
  paths: Record<string, Record<string, Node>>;
  components: { schemas: Record<string, Node> };
};

function* everyNode(node: unknown): Generator<Node> {
  if (typeof node !== 'object' || node === null) return;
  yield node as Node;
  for (const child of Object.values(node)) yield* everyNode(child);
}

test('every reference leads to a schema of the document', () => {
  const references = [...everyNode(document)].map(({ $ref }) => $ref).filter((reference) => typeof reference === 'string');
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) {
    expect(document.components.schemas).toHaveProperty(reference.replace('#/components/schemas/', ''));
  }
});

test('no schema brings an identity or a dialect of its own', () => {
  for (const node of everyNode(document)) expect(Object.keys(node)).not.toContain('$id');
  expect(JSON.stringify(document)).not.toContain('$schema');
});

test('every operation has a name of its own and tells of its parameters', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  const names = operations.map(({ operation }) => operation['operationId']);
  expect(new Set(names).size).toBe(7);
  for (const { path, operation } of operations) {
    const parameters = operation['parameters'] as { name: string; in: string }[];
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(inPath);
  }
});

test('a campaign is told with exactly the fields of the contract', () => {
  expect(document.components.schemas['Campaign']).toMatchObject({
    type: 'object',
    required: [
      ...['slug', 'title', 'language', 'state', 'dare', 'institution', 'gap', 'forecast'],
      ...['pledges', 'milestones', 'notes', 'links'],
    ],
    additionalProperties: false,
  });
});

test.each(LANGUAGES)('every problem and every field has its words (%s)', (language) => {
  const { t } = translator(language);
  const values = { host: 'h', user: 'u', most: 1, seconds: 1 };
  for (const type of Object.keys(PROBLEMS)) {
    expect(t(`problems.${type}.title`)).not.toBe('');
    expect(t(`problems.${type}.detail`, values)).not.toBe('');
  }
  const fields = [campaignsAsked, readingsAsked, statesAsked, pledgeBody].flatMap((schema) => Object.keys(schema.shape));
  for (const field of fields) expect(t(`problems.field.${field}`)).not.toBe('');
});
