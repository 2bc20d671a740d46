import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import Handlebars from 'handlebars';
import { assetUrl } from './assets.ts';
import { PROJECT_ROOT } from './project-root.ts';
import { openable, type Simulation } from './simulation.ts';
import {
  escapeHtml,
  LANGUAGES,
  translator,
  type DateStyle,
  type Language,
  type MessageValues,
  type Translator,
} from './text.ts';

/** What a page must know of the request that it answers. */
export type PageRequest = {
  readonly language: Language;
  /** True when `?lang=` asked for the language: links then keep it. */
  readonly explicitLanguage: boolean;
  /** Path and query of this page, `/campaigns?q=x`. */
  readonly path: string;
  /** Origin of the site, without a closing slash. */
  readonly publicUrl: string;
  /** Who is signed in; always null on pages that anyone may cache. */
  readonly visitor: Visitor | null;
  /** What stands for all other servers, which every page says; null where they are real. */
  readonly simulation: Simulation | null;
};

export type Visitor = { readonly name: string; readonly moderator: boolean; readonly csrfToken: string };

/** What goes in a page's `<head>`. */
export type PageHead = {
  readonly title: string;
  readonly description: string | null;
  /** Path that search engines should remember; null keeps the page out of them. */
  readonly canonicalPath: string | null;
  readonly kind: 'website' | 'article';
  readonly publishedAt: Date | null;
  readonly image: { readonly url: string; readonly alt: string; readonly width: number; readonly height: number } | null;
  /** Whom to credit for the page, `@user@host`: an account that allowed it (`fediverse:creator`, Mastodon ≥ 4.3). */
  readonly creator: string | null;
  readonly feeds: readonly { readonly type: string; readonly title: string; readonly url: string }[];
  readonly jsonLd: object | null;
  /** Null: as the reader's system has it. */
  readonly theme: 'light' | 'dark' | null;
};

/** Every view model carries its head. */
export type PageModel = { readonly head: PageHead };

type RenderData = { request: PageRequest; text: Translator; links: Links };
type Links = { canonical: string | null; languages: readonly LanguageLink[] };
type LanguageLink = { language: Language; url: string; absolute: string; current: boolean };
type Helper = Omit<Handlebars.HelperOptions, 'data'> & { data: RenderData };

const VIEWS = join(PROJECT_ROOT, 'views');
const PARTIALS = join(VIEWS, 'partials');
const engine = Handlebars.create();
registerHelpers();
const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** A head with the usual values for all that is not given. */
export function pageHead(head: Pick<PageHead, 'title'> & Partial<PageHead>): PageHead {
  return {
    description: null,
    canonicalPath: null,
    kind: 'website',
    publishedAt: null,
    image: null,
    creator: null,
    feeds: [],
    jsonLd: null,
    theme: null,
    ...head,
  };
}

/**
 * Renders `views/<name>.hbs` inside `views/<layout>.hbs` as a whole HTML document.
 * A field that the model lacks is a bug and throws.
 */
export function renderPage(name: string, model: PageModel, request: PageRequest, layout = 'layout'): string {
  const data: RenderData = { request, text: translator(request.language), links: linksOf(model.head, request) };
  const body = template(name)(model, { data });
  return template(layout)({ name, head: model.head, body: new Handlebars.SafeString(body) }, { data });
}

/** A path of the site that keeps an explicitly chosen language; null values are left out. */
export function localUrl(
  path: string,
  request: Pick<PageRequest, 'language' | 'explicitLanguage'>,
  query: Readonly<Record<string, string | number | null>> = {},
): string {
  const [withoutHash = '', hash] = path.split('#');
  const [pathname = '', search = ''] = withoutHash.split('?');
  const parameters = new URLSearchParams(search);
  if (request.explicitLanguage && !parameters.has('lang')) parameters.set('lang', request.language);
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== '') parameters.set(key, String(value));
  }
  const asked = parameters.toString();
  return `${pathname}${asked && `?${asked}`}${hash === undefined ? '' : `#${hash}`}`;
}

/** JSON that can stand inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
    .replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** A handle as HTML that may break before an @, after a dot and after a low line, never inside a word. */
export function breakableHandle(handle: string): string {
  return escapeHtml(handle).replace(/(?<=.)(?=@)/g, '<wbr>').replace(/[._](?=.)/g, '$&<wbr>');
}

/** A view is compiled when it is first wanted, and all partials with the first one. */
function template(name: string): Handlebars.TemplateDelegate {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  if (compiled.size === 0) registerPartials();
  const view = compile(VIEWS, name);
  compiled.set(name, view);
  return view;
}

function linksOf(head: PageHead, request: PageRequest): Links {
  const canonical = head.canonicalPath === null ? null : request.publicUrl + head.canonicalPath;
  return {
    canonical,
    languages: LANGUAGES.map((language) => {
      const url = localUrl(request.path, request, { lang: language });
      const absolute = request.publicUrl + localUrl(head.canonicalPath ?? request.path, request, { lang: language });
      return { language, url, absolute, current: language === request.language };
    }),
  };
}

function safe(html: string): Handlebars.SafeString {
  return new Handlebars.SafeString(html);
}

function registerHelpers(): void {
  engine.registerHelper({
    t: (key: string, { hash, data }: Helper) => safe(data.text.html(key, hash as MessageValues)),
    number: (value: number, { data }: Helper) => data.text.number(value),
    signed: (value: number, { data }: Helper) => data.text.signed(value),
    date: (at: Date, style: DateStyle, timeZone: string, { data }: Helper) => data.text.date(at, style, timeZone),
    time: (at: Date, style: DateStyle, timeZone: string, { data }: Helper) =>
      safe(`<time datetime="${at.toISOString()}">${escapeHtml(data.text.date(at, style, timeZone))}</time>`),
    iso: (at: Date) => at.toISOString(),
    concat: (...parts: unknown[]) => parts.slice(0, -1).join(''),
    eq: (left: unknown, right: unknown) => left === right,
    json: (value: unknown) => safe(scriptJson(value)),
    url: (path: string, { hash, data }: Helper) => localUrl(path, data.request, hash as Record<string, string>),
    away: (address: string, { data }: Helper) => openable(address, data.request.simulation),
    asset: (name: string) => assetUrl(name),
    breakable: (handle: string) => safe(breakableHandle(handle)),
    lines: (text: string) => safe(escapeHtml(text).replace(/\r?\n/g, '<br>')),
  });
}

function registerPartials(): void {
  const files = readdirSync(PARTIALS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hbs'));
  for (const file of files) {
    const name = file.replaceAll('\\', '/').slice(0, -'.hbs'.length);
    engine.registerPartial(name, compile(PARTIALS, name));
  }
}

function compile(folder: string, name: string): Handlebars.TemplateDelegate {
  const path = join(folder, `${name}.hbs`);
  // Typed as an object, precompile gives the source of one.
  const source = engine.precompile(readFileSync(path, 'utf8'), { strict: true, preventIndent: true }) as unknown as string;
  return engine.template(runInThisContext(`(${source})`, { filename: path }) as TemplateSpecification);
}
