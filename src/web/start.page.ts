import { COUNTRIES } from '../campaigns/countries.ts';
import { INSTITUTION_KINDS } from '../institutions/institution.entity.ts';
import { LANGUAGES, LOCALES, translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import {
  choice,
  errorSummary,
  textArea,
  textField,
  type Choice,
  type ErrorSummary,
  type FormState,
  type TextArea,
  type TextField,
} from './form-fields.ts';
import { renderMarkdown } from './markdown.ts';
import type { OpenDraft } from './start-desk.service.ts';
import { suggestHashtag, suggestTitle } from './start-suggestions.ts';
import { firstOpenStep, type DraftReading, type Problem, type Step } from './start.form.ts';

/** What every page of a launch carries. */
export type StartView = PageModel & {
  readonly heading: string;
  readonly trail: readonly TrailStep[];
  readonly amending: boolean;
};

type TrailStep = {
  readonly number: number;
  readonly label: string;
  /** Null for the step one is at, and for those that cannot be reached yet. */
  readonly url: string | null;
  readonly current: boolean;
};

export type StepView = StartView & {
  readonly action: string;
  readonly errors: ErrorSummary | null;
  /** Why the form was not taken although nothing in it is wrong. */
  readonly notice: string | null;
};

export type InstitutionView = StepView & {
  readonly isNew: boolean;
  readonly fields: {
    readonly name: TextField;
    readonly country: Choice;
    readonly kind: Choice;
    readonly website: TextField;
    readonly wikidataId: TextField;
    readonly fediverse: TextField;
    readonly x: TextField;
  };
};

export type StoryView = StepView & {
  readonly title: TextField;
  readonly story: TextArea;
  readonly quote: TextArea;
  readonly quoteSource: TextField;
  readonly hashtag: TextField;
  readonly language: Choice;
  readonly email: TextField | null;
  /** The story as it will look; null until somebody asks to see it. */
  readonly look: { readonly html: string; readonly language: string } | null;
};

const TRAIL = ['institution', 'dare', 'story', 'preview'] as const;
type TrailName = (typeof TRAIL)[number];

/**
 * Step 1, of a draft or, before there is one, of whoever comes to launch, with `values` as typed. `tooMany`: the
 * visitor has asked for too many accounts and must wait.
 */
export function institutionPage(
  open: OpenDraft | null,
  page: PageRequest,
  { values = {}, tooMany = false }: { values?: FormState['values']; tooMany?: boolean } = {},
): InstitutionView {
  const text = translator(page.language);
  const step = open?.reading.institution;
  const state = formState(open?.reading.fields ?? values, step?.problems ?? {}, text);
  const field = (name: string, spec: Partial<Parameters<typeof textField>[0]> = {}): TextField =>
    textField({ name, label: text.t(`start.${name}`), hint: text.t(`start.${name}_hint`), ...spec }, state);
  const list = (name: 'country' | 'kind', options: Parameters<typeof choice>[0]['options']): Choice =>
    choice({ name, label: text.t(`start.${name}`), required: true, options }, state);
  const fields = {
    name: field('name', { required: true, autocomplete: 'off' }),
    country: list('country', countryOptions(text)),
    kind: list('kind', kindOptions(text)),
    website: field('website', { inputmode: 'url', verbatim: true }),
    wikidataId: field('wikidataId', { verbatim: true }),
    fediverse: field('fediverse', { inputmode: 'email', verbatim: true }),
    x: field('x', { verbatim: true }),
  };
  return {
    ...startView('institution', open, text),
    action: open === null ? localUrl('/start', page) : open.url('institution'),
    errors: errorSummary(Object.values(fields), text),
    notice: tooMany ? text.t('start.tooMany') : null,
    isNew: open === null,
    fields,
  };
}

/** Step 3: the words. `look` shows the story as it will be read. */
export function storyPage(open: OpenDraft, look: boolean): StoryView {
  const { reading, text } = open;
  const { fields, problems } = reading.story.tried ? { fields: reading.fields, problems: reading.story.problems } : prefilled(open);
  const state = formState(fields, problems, text);
  const field = (name: string, hint: string, spec: Partial<Parameters<typeof textField>[0]> = {}): TextField =>
    textField({ name, label: text.t(`start.${name === 'title' ? 'title_field' : name}`), hint, ...spec }, state);
  const title = field('title', titleHint(open), { required: true });
  const story = textArea({ name: 'story', label: text.t('start.story'), hint: text.t('start.story_hint'), rows: 10, required: true }, state);
  const quote = textArea({ name: 'quote', label: text.t('start.quote'), hint: text.t('start.quote_hint'), rows: 3 }, state);
  const quoteSource = field('quoteSource', text.t('start.quoteSource_hint'));
  const hashtag = field('hashtag', text.t('start.hashtag_hint'), { verbatim: true });
  const language = choice({ name: 'language', label: text.t('start.language'), required: true, options: languageOptions(text) }, state);
  const email = emailField(open, state);
  const written = fields['story'] ?? '';
  const lang = fields['language'] ?? open.page.language;
  return {
    ...startView('story', open, text),
    action: open.url('story'),
    errors: errorSummary([title, story, quote, quoteSource, hashtag, language, ...(email === null ? [] : [email])], text),
    notice: null,
    title,
    story,
    quote,
    quoteSource,
    hashtag,
    language,
    email,
    look: look && written.trim() !== '' ? { html: renderMarkdown(typographic(written, lang)), language: lang } : null,
  };
}

/** The head, the heading and the way through the steps. */
export function startView(current: TrailName | 'found', open: OpenDraft | null, text: Translator): StartView {
  const heading = text.t(`start.heading.${current}`);
  return {
    head: pageHead({
      title: current === 'institution' && open === null ? text.t('start.title') : heading,
      description: open === null ? text.t('start.lead') : null,
      canonicalPath: open === null ? '/start' : null,
    }),
    heading,
    trail: TRAIL.map((name, index) => ({
      number: index + 1,
      label: text.t(`start.trail.${name}`),
      url: open === null || name === current || !isReachable(name, open.reading) ? null : open.url(name),
      current: name === current || (current === 'found' && name === 'institution'),
    })),
    amending: open !== null && open.amending !== null,
  };
}

/** What was typed with what is wrong, in the reader's language. */
export function formState(values: FormState['values'], problems: Readonly<Record<string, Problem>>, text: Translator): FormState {
  const errors = Object.entries(problems).map(([name, { key, values: filled }]) => [
    name,
    text.t(key === 'error.required' ? `start.${key}.${name}` : `start.${key}`, filled),
  ]);
  return { values, errors: Object.fromEntries(errors) as Record<string, string> };
}

/** A page of the launch can be seen once all steps ahead of it are well. */
export function isReachable(name: TrailName, reading: DraftReading): boolean {
  const open = firstOpenStep(reading);
  if (open === null) return true;
  const order: readonly (Step | 'preview')[] = TRAIL;
  return order.indexOf(name) <= order.indexOf(open);
}

function prefilled({ reading, page }: OpenDraft): { fields: FormState['values']; problems: Record<string, Problem> } {
  const { institution, dare, found, fields } = reading;
  if (institution.value === null || dare.value === null) return { fields, problems: {} };
  const { language } = page;
  const title = suggestTitle(institution.value.name, found, dare.value, language);
  return { fields: { ...fields, title, language, hashtag: suggestHashtag(institution.value.name, found) }, problems: {} };
}

/** The sentence that would be proposed in the other language, for whoever writes in that one. */
function titleHint({ reading, page, text }: OpenDraft): string {
  const { institution, dare, found } = reading;
  const other = LANGUAGES.find((language) => language !== page.language);
  if (institution.value === null || dare.value === null || other === undefined) return text.t('start.title_field_hint');
  const example = suggestTitle(institution.value.name, found, dare.value, other);
  return `${text.t('start.title_field_hint')} ${text.t('start.title_other', { example })}`;
}

function emailField({ amending, mailEnabled, text }: OpenDraft, state: FormState): TextField | null {
  if (amending !== null) return null;
  const hint = text.t(mailEnabled ? 'start.email_hint' : 'start.email_off');
  const label = text.t(mailEnabled ? 'start.email' : 'start.email_optional');
  return textField({ name: 'email', label, hint, type: 'email', autocomplete: 'email', required: mailEnabled }, state);
}

function countryOptions({ language, t }: Translator): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([LOCALES[language]], { type: 'region' });
  const byName = new Intl.Collator(LOCALES[language]);
  const countries = [...COUNTRIES].map((code) => ({ value: code, label: names.of(code) ?? code }));
  return [{ value: '', label: t('start.choose') }, ...countries.sort((a, b) => byName.compare(a.label, b.label))];
}

function kindOptions({ t }: Translator): { value: string; label: string }[] {
  const kinds = INSTITUTION_KINDS.map((kind) => ({ value: kind, label: t(`start.kind.${kind}`) }));
  return [{ value: '', label: t('start.choose') }, ...kinds];
}

function languageOptions({ t }: Translator): { value: Language; label: string }[] {
  return LANGUAGES.map((language) => ({ value: language, label: t(`site.language.${language}`) }));
}
