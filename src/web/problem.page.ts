import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/**
 * What went wrong, as an HTTP status; `retryAfterSeconds` for those who tried too often, `words` the key of a message that
 * says more than the status does.
 */
export type ProblemFacts = {
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly words?: string | undefined;
};

/** The model of `views/problem.hbs`. */
export type ProblemView = PageModel & {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly links: readonly { readonly href: string; readonly label: string }[];
};

const TOLD = [400, 403, 404, 410, 413, 422, 429, 500, 503];

/** Any failure as a page with plain words and a way on. */
export function problemPage({ status, retryAfterSeconds, words }: ProblemFacts, request: PageRequest): ProblemView {
  const { t } = translator(request.language);
  const told = TOLD.includes(status) ? status : status >= 500 ? 500 : 400;
  const title = t(`problem.${told}.title`);
  const wait = told === 429 && retryAfterSeconds ? ` ${t('problem.wait', { minutes: Math.ceil(retryAfterSeconds / 60) })}` : '';
  return {
    head: pageHead({ title }),
    status,
    title,
    text: t(words ?? `problem.${told}.text`) + wait,
    links: [
      { href: localUrl('/campaigns', request), label: t('problem.campaigns') },
      { href: localUrl('/', request), label: t('problem.home') },
    ],
  };
}
