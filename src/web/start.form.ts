import type { Draft } from '../campaigns/draft.entity.ts';
import type { FoundAccounts } from '../campaigns/drafts.service.ts';
import {
  dareStep,
  deadlineOf,
  institutionStep,
  storyStep,
  type DareFields,
  type InstitutionFields,
  type StoryFields,
} from '../campaigns/launch-fields.ts';
import type { Launch } from '../campaigns/launch.service.ts';
import { DARE_KINDS, type DareKind } from '../domain/dare.ts';
import { parseFediverseHandle } from '../domain/handle.ts';
import { formatHost } from '../domain/host.ts';
import { ACCOUNT_KINDS, type AccountKind, type FindFailure, type FoundAccount } from '../institutions/account-finder.service.ts';
import type { MessageValues } from '../platform/text.ts';

/** The steps of a launch and the fields of each. */
export const STEP_FIELDS = {
  institution: ['name', 'country', 'kind', 'website', 'wikidataId', ...ACCOUNT_KINDS],
  dare: ['dareKind', 'target', 'deadline', 'timeZone'],
  story: ['title', 'story', 'quote', 'quoteSource', 'hashtag', 'language', 'email'],
} as const;
export type Step = keyof typeof STEP_FIELDS;

/** What is wrong with a field: a key of `start.json`, and what fills it. */
export type Problem = { readonly key: string; readonly values: MessageValues };

export type StepReading<T> = {
  /** Whether the step was sent at least once: before that, nothing in it is wrong. */
  readonly tried: boolean;
  /** Null until everything in the step is well. */
  readonly value: T | null;
  readonly problems: Readonly<Record<string, Problem>>;
};

/** A draft as far as it has come. */
export type DraftReading = {
  readonly fields: Readonly<Record<string, string>>;
  readonly found: FoundAccounts;
  readonly institution: StepReading<InstitutionFields>;
  readonly dare: StepReading<DareFields>;
  readonly story: StepReading<StoryFields>;
  /** Null until all three steps are well. */
  readonly launch: Launch | null;
};

/** What was asked of a network for a draft, and why it told nothing. */
export type Asked = { readonly text: string; readonly website: string; readonly failure: FindFailure | null };
export type AskedAccounts = Partial<Record<AccountKind, Asked>>;

export type FormRules = { readonly now: Date; readonly emailRequired: boolean };

/** Reads a draft's fields, as typed, into what they mean and what is wrong with them. */
export function readDraft({ fields, found }: Pick<Draft, 'fields' | 'found'>, rules: FormRules): DraftReading {
  const accounts = readAccounts(fields, found);
  const institution = readInstitution(fields, accounts.problems);
  const dare = readDare(fields, accounts.found, rules.now);
  const story = readStory(fields, rules);
  const done = institution.value !== null && dare.value !== null && story.value !== null;
  return {
    fields,
    found: accounts.found,
    institution,
    dare,
    story,
    launch: done
      ? { institution: institution.value, dare: dare.value, story: story.value, found: accounts.found }
      : null,
  };
}

/** The first step that is not well yet; null when all are. */
export function firstOpenStep(reading: DraftReading): Step | null {
  return (['institution', 'dare', 'story'] as const).find((step) => reading[step].value === null) ?? null;
}

/** The dares that make sense with these accounts. */
export function possibleDares({ fediverse, x }: FoundAccounts): DareKind[] {
  return DARE_KINDS.filter((kind) => dareObstacle(kind, { fediverse, x }) === null);
}

/** What was asked of the networks for this draft. */
export function askedOf(found: Draft['found']): AskedAccounts {
  return found['asked'] ?? {};
}

/** An account's field as it is looked up. */
export function accountText(fields: Readonly<Record<string, string>>, kind: AccountKind): string {
  return (fields[kind] ?? '').trim();
}

function dareObstacle(kind: DareKind, { fediverse, x }: FoundAccounts): string | null {
  if (kind === 'open') return fediverse === null ? null : 'error.has_account';
  if (fediverse === null) return 'error.needs_fediverse';
  return kind === 'overtake' && x === null ? 'error.needs_x' : null;
}

function readAccounts(
  fields: Readonly<Record<string, string>>,
  stored: Draft['found'],
): { found: FoundAccounts; problems: Record<string, Problem> } {
  const asked = askedOf(stored);
  const found: FoundAccounts = { fediverse: null, x: null };
  const problems: Record<string, Problem> = {};
  for (const kind of ACCOUNT_KINDS) {
    const text = accountText(fields, kind);
    if (text === '') continue;
    const answer = asked[kind];
    if (answer?.text !== text) problems[kind] = { key: 'lookup.not-yet', values: {} };
    else if (answer.failure !== null) problems[kind] = lookupProblem(kind, text, answer.failure);
    else found[kind] = (stored[kind] ?? null) as FoundAccount | null;
  }
  return { found, problems };
}

/** Why an account could not be found, in words for whoever typed it. */
export function lookupProblem(kind: AccountKind, text: string, failure: FindFailure): Problem {
  const typed = parseFediverseHandle(text);
  const host = 'host' in failure ? failure.host : typed.ok ? typed.value.host : text;
  const values = {
    host: formatHost(host),
    user: 'user' in failure ? failure.user : '',
    to: 'to' in failure ? failure.to : '',
  };
  return { key: `lookup.${kind}.${failure.type}`, values };
}

function readInstitution(
  fields: Readonly<Record<string, string>>,
  accountProblems: Record<string, Problem>,
): StepReading<InstitutionFields> {
  const parsed = institutionStep.safeParse(fields);
  const problems = { ...(parsed.success ? {} : problemsOf(parsed.error)), ...accountProblems };
  return reading('institution', fields, parsed.success ? parsed.data : null, problems);
}

function readDare(fields: Readonly<Record<string, string>>, found: FoundAccounts, now: Date): StepReading<DareFields> {
  const parsed = dareStep.safeParse(fields);
  if (!parsed.success) return reading<DareFields>('dare', fields, null, problemsOf(parsed.error));
  const obstacle = dareObstacle(parsed.data.dareKind, found);
  const deadline = deadlineOf(parsed.data);
  return reading('dare', fields, parsed.data, {
    ...(obstacle === null ? {} : { dareKind: { key: obstacle, values: {} } }),
    ...(deadline !== null && deadline <= now ? { deadline: { key: 'error.past_date', values: {} } } : {}),
  });
}

function readStory(fields: Readonly<Record<string, string>>, { emailRequired }: FormRules): StepReading<StoryFields> {
  const parsed = storyStep.safeParse(fields);
  const missing = emailRequired && (fields['email'] ?? '').trim() === '';
  return reading('story', fields, parsed.success ? parsed.data : null, {
    ...(parsed.success ? {} : problemsOf(parsed.error)),
    ...(missing ? { email: { key: 'error.required', values: {} } } : {}),
  });
}

function reading<T>(
  step: Step,
  fields: Readonly<Record<string, string>>,
  value: T | null,
  problems: Record<string, Problem>,
): StepReading<T> {
  const tried = STEP_FIELDS[step].some((name) => name in fields);
  const isWell = Object.keys(problems).length === 0;
  return { tried, value: isWell ? value : null, problems: tried ? problems : {} };
}

type SchemaError = {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string; readonly maximum?: unknown }[];
};

/** The first problem of each field. */
export function problemsOf({ issues }: SchemaError): Record<string, Problem> {
  const problems: Record<string, Problem> = {};
  for (const { path, message, maximum } of issues) {
    const name = String(path[0] ?? '');
    problems[name] ??= { key: `error.${message}`, values: { max: Number(maximum ?? 0) } };
  }
  return problems;
}
