import { postLength, POST_RULES } from '../domain/post-length.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import { POST_LANGUAGES, translator, type PostLanguage, type Translator } from '../platform/text.ts';
import { MAX_TEMPLATE, PLACEHOLDERS, unknownIn, type Placeholder, type PostTemplate } from '../posts/closed-template.ts';
import type { OwnPost } from '../posts/own-post.entity.ts';
import { MOST_OWN_POSTS, readOwnPost, type NewOwnPost, type OwnPostFailure } from '../posts/own-posts.service.ts';
import { composePost, postValues, type PostFacts } from '../posts/posts.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { choice, errorSummary, textArea, type Choice, type ErrorSummary, type FormState, type TextArea } from './form-fields.ts';

/** The model of `views/account/posts.hbs`. */
export type OwnPostsView = PageModel & {
  readonly said: string | null;
  readonly title: string;
  readonly titleLanguage: string;
  readonly posts: readonly (ShownPost & {
    readonly languageName: string;
    readonly source: string;
    /** A moderator's words, where one took it down. */
    readonly removed: string | null;
    readonly withdrawUrl: string | null;
  })[];
  readonly isFull: boolean;
  /** Null where no more are taken, unless something was written. */
  readonly form: {
    readonly action: string;
    readonly errors: ErrorSummary | null;
    readonly text: TextArea;
    readonly language: Choice;
    readonly preview: ShownPost | null;
  } | null;
  readonly most: number;
  readonly placeholders: readonly { readonly name: string; readonly meaning: string; readonly now: string }[];
  readonly plural: string;
  readonly back: string;
};

/** A post with the numbers of now. */
type ShownPost = {
  readonly language: PostLanguage;
  /** Null as long as a number that it names is not known. */
  readonly text: string | null;
  readonly missing: string | null;
  readonly lengths: readonly string[];
};

export const OWN_POST_FIELDS = ['text', 'language'] as const;

/** What was written, and why it was not kept; null: it was only to be looked at. */
export type OwnPostAttempt = { readonly written: NewOwnPost; readonly failure: OwnPostFailure | null };

export type OwnPostsFacts = {
  readonly posts: readonly OwnPost[];
  readonly facts: PostFacts;
  readonly attempt: OwnPostAttempt | null;
  /** What the address asks the page to say about what just happened. */
  readonly said: unknown;
};

/** Networks that tell most about lengths: the usual one, and the two that allow least. */
const SHOWN_NETWORKS = ['mastodon', 'bluesky', 'x'] as const;
const SAID = ['kept', 'withdrawn'] as const;

/** The campaigner's own templates, what they may name, and a form for one more. */
export function postsPage(visit: AccountVisit, { posts, facts, attempt, said }: OwnPostsFacts): OwnPostsView {
  const { text, url, owner } = visit;
  const { t } = text;
  const done = SAID.find((each) => each === said);
  return {
    head: pageHead({ title: t('account.posts.heading') }),
    said: done === undefined ? null : t(`account.posts.${done}`),
    title: facts.title,
    titleLanguage: facts.language,
    posts: posts.map((post) => ({
      ...shown(post, facts, text),
      languageName: t(`share.language.${post.language}`),
      source: post.text,
      removed: post.removalReason,
      withdrawUrl: post.removedAt === null ? url(`posts/${post.id}/withdraw`) : null,
    })),
    isFull: posts.length >= MOST_OWN_POSTS,
    form: posts.length >= MOST_OWN_POSTS && attempt === null ? null : formView(visit, owner.campaign.language, attempt, facts),
    most: MOST_OWN_POSTS,
    placeholders: PLACEHOLDERS.map((name) => ({
      name: written(name),
      meaning: t(`account.posts.means.${name}`),
      now: nowWords(name, facts, owner.campaign.language, text),
    })),
    plural: pluralExample(text),
    back: url(''),
  };
}

function formView(
  { text, url }: AccountVisit,
  initial: PostLanguage,
  attempt: OwnPostAttempt | null,
  facts: PostFacts,
): NonNullable<OwnPostsView['form']> {
  const { t } = text;
  const failure = attempt?.failure ?? null;
  const state: FormState = {
    values: attempt === null ? {} : { text: attempt.written.text, language: attempt.written.language },
    errors: failure === null ? {} : { text: failureWords(failure, text) },
  };
  const words = textArea({ name: 'text', label: t('account.posts.text'), hint: t('account.posts.textHint'), rows: 5, maxlength: MAX_TEMPLATE, required: true }, state);
  const options = POST_LANGUAGES.map((value) => ({ value, label: t(`share.language.${value}`) }));
  const language = choice({ name: 'language', label: t('share.languages'), options, initial }, state);
  const preview = attempt === null || failure !== null ? null : shown(attempt.written, facts, text);
  return { action: url('posts'), errors: errorSummary([words], text), text: words, language, preview };
}

function shown(post: NewOwnPost, facts: PostFacts, text: Translator): ShownPost {
  const { language } = post;
  const template = readOwnPost(post);
  if (!template.ok) return { language, text: null, missing: failureWords(template.error, text), lengths: [] };
  const unknown = unknownIn(template.value, postValues(facts, language));
  if (unknown.length > 0) {
    return { language, text: null, missing: text.t('account.posts.notKnown', { names: unknown.map(written).join(', ') }), lengths: [] };
  }
  const compose = (template: PostTemplate, network: (typeof SHOWN_NETWORKS)[number]): string =>
    composePost(facts, { tone: 'factual', language, mention: false, template }, POST_RULES[network]);
  const whole = compose(template.value, 'mastodon');
  const lengths = SHOWN_NETWORKS.map((network) => {
    const { length, limit } = postLength(compose(template.value, network), POST_RULES[network]);
    const isCut = !postLength(whole, POST_RULES[network]).fits;
    const values = { network: text.t(`share.network.${network}`), length: text.number(length), limit: text.number(limit) };
    return text.t(isCut ? 'account.posts.shortened' : 'account.posts.fits', values);
  });
  return { language, text: whole, missing: null, lengths };
}

/** Why own words were not kept, with the part that is meant. */
function failureWords(failure: OwnPostFailure, text: Translator): string {
  const { t, number } = text;
  const key = `account.posts.error.${failure.type}`;
  switch (failure.type) {
    case 'unknown':
      return t(key, { what: written(failure.what) });
    case 'too-long':
    case 'too-many':
      return t(key, { limit: number(failure.limit) });
    case 'syntax':
      return t(key, { line: failure.line });
    case 'not-allowed':
    case 'plural':
    case 'mention':
      return t(key, { what: failure.what, plural: pluralExample(text) });
    case 'full':
      return t(key, { most: MOST_OWN_POSTS });
    case 'empty':
    case 'known':
      return t(key);
  }
}

function pluralExample({ t }: Translator): string {
  return written(`plural missing "${t('account.posts.pluralOne')}" "${t('account.posts.pluralMore')}"`);
}

function written(name: string): string {
  return `{{${name}}}`;
}

function nowWords(name: Placeholder, facts: PostFacts, language: PostLanguage, { t }: Translator): string {
  const value = postValues(facts, language)[name];
  if (value === null) return t('account.posts.unknownNow');
  return t('account.posts.now', { value: typeof value === 'number' ? translator(language).number(value) : value });
}
