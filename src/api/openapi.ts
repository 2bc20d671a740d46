import { z } from 'zod';
import { VERSION } from '../platform/version.ts';
import { campaignListSchema, campaignSchema, campaignsAsked } from './campaign.schema.ts';
import { networkListSchema, networkSchema } from './network.schema.ts';
import { pledgeBody, pledgeSchema } from './pledge.schema.ts';
import { PROBLEMS, problemSchema, type ProblemType } from './problem.ts';
import { readingListSchema, readingSchema, readingsAsked } from './reading.schema.ts';
import { stateListSchema, stateSchema, statesAsked } from './state.schema.ts';

const answers = z.registry<{ id: string }>();
answers.add(campaignSchema, { id: 'Campaign' });
answers.add(campaignListSchema, { id: 'CampaignList' });
answers.add(stateSchema, { id: 'State' });
answers.add(stateListSchema, { id: 'StateList' });
answers.add(readingSchema, { id: 'Reading' });
answers.add(readingListSchema, { id: 'ReadingList' });
answers.add(networkSchema, { id: 'Network' });
answers.add(networkListSchema, { id: 'NetworkList' });
answers.add(pledgeSchema, { id: 'Pledge' });
answers.add(problemSchema, { id: 'Problem' });

const reference = (name: string): string => `#/components/schemas/${name}`;

const SLUG = { name: 'slug', in: 'path', required: true, description: 'The campaign’s name in addresses.', schema: { type: 'string' } };

/** The API as an OpenAPI 3.1 document, made from the schemas that check what comes in and, in tests, what goes out. */
export function openApiDocument(publicUrl: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Chiche',
      version: VERSION,
      summary: 'Campaigns that dare public institutions to move to the fediverse, and their numbers.',
      description: 'Reading needs no key and is open to pages of any site. Failures are problems (RFC 9457).',
      license: { name: 'CC0 1.0 (the data)', identifier: 'CC0-1.0' },
    },
    servers: [{ url: publicUrl }],
    paths: {
      '/api/v1/campaigns': {
        get: reads('listCampaigns', 'Public campaigns, running ones first.', 'CampaignList', {
          parameters: parametersOf(campaignsAsked),
          problems: ['invalid-query'],
        }),
      },
      '/api/v1/campaigns/{slug}': {
        get: reads('getCampaign', 'A campaign with its numbers.', 'Campaign', {
          parameters: [SLUG],
          problems: ['no-such-campaign'],
        }),
      },
      '/api/v1/campaigns/{slug}/readings': {
        get: reads('listReadings', 'The readings that count, in order of time: all of them, or where that is too many, the last of each step, as `step` says. The CSV file always has all.', 'ReadingList', {
          parameters: [SLUG, ...parametersOf(readingsAsked)],
          problems: ['invalid-query', 'empty-range', 'too-many-steps', 'no-such-campaign'],
        }),
      },
      '/api/v1/campaigns/{slug}/state.json': {
        get: reads('getState', 'Where a campaign stood at the last full hour: the same for everyone until the next one.', 'State', {
          parameters: [SLUG],
          problems: ['no-such-campaign', 'no-state-yet'],
        }),
      },
      '/api/v1/state.json': {
        get: reads(
          'listStates',
          'Where all campaigns that run, or ended in the last 30 days, stood at the last full hour: the same for everyone until the next one.',
          'StateList',
          { parameters: parametersOf(statesAsked), problems: ['invalid-query'] },
        ),
      },
      '/api/v1/campaigns/{slug}/pledges': { post: pledging() },
      '/api/v1/networks': { get: reads('listNetworks', 'The networks that are known here.', 'NetworkList', {}) },
    },
    components: { schemas: componentSchemas() },
  };
}

function reads(
  operationId: string,
  summary: string,
  schema: string,
  { parameters = [], problems = [] }: { parameters?: object[]; problems?: ProblemType[] },
): object {
  return {
    operationId,
    summary,
    parameters,
    responses: { 200: answer('Found.', 'application/json', schema), ...problemAnswers(problems) },
  };
}

function pledging(): object {
  const refusals = (Object.keys(PROBLEMS) as ProblemType[]).filter((type) => PROBLEMS[type] === 422);
  const retryAfter = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };
  const { 429: tooMany, ...others } = problemAnswers([
    'invalid-json',
    'no-such-campaign',
    'too-large',
    'not-json',
    ...refusals,
    'too-many-tries',
  ]);
  return {
    operationId: 'pledge',
    summary: 'A supporter’s promise to follow. A repeated promise is answered in the same way and not counted again.',
    parameters: [SLUG],
    requestBody: { required: true, content: { 'application/json': { schema: plain(z.toJSONSchema(pledgeBody, { io: 'input' })) } } },
    responses: {
      201: answer('Taken; `Location` is the supporter’s private page.', 'application/json', 'Pledge'),
      ...others,
      429: { ...tooMany, headers: retryAfter },
    },
  };
}

/** One answer for each status, which names the types of problem behind it. */
function problemAnswers(types: readonly ProblemType[]): Record<number, object> {
  const statuses = [...new Set(types.map((type) => PROBLEMS[type]))];
  return Object.fromEntries(
    statuses.map((status) => {
      const group = types.filter((type) => PROBLEMS[type] === status).map((type) => `\`/problems/${type}\``);
      return [status, answer(group.join(', '), 'application/problem+json', 'Problem')];
    }),
  );
}

function answer(description: string, type: string, schema: string): object {
  return { description, content: { [type]: { schema: { $ref: reference(schema) } } } };
}

/** The fields of a query's schema as parameters. */
function parametersOf(asked: z.ZodObject): object[] {
  const { properties = {} } = z.toJSONSchema(asked, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name, in: 'query', ...(description === undefined ? {} : { description }), schema: rest };
  });
}

function componentSchemas(): Record<string, object> {
  const { schemas } = z.toJSONSchema(answers, { uri: reference });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]));
}

/** A schema inside the document: the document says which dialect it is in, and where it is. */
function plain({ $schema: _, $id: __, ...schema }: { $schema?: unknown; $id?: unknown }): object {
  return schema;
}
