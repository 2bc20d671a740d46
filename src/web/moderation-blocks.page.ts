import type { BlockFailure } from '../moderation/block-decisions.service.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import type { BlockView } from '../pledges/pledge-blocks.service.ts';
import { errorSummary, textField, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { MAX_NOTE } from './moderation-notes.ts';
import { moment, staffNav, type Moment, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/blocks.hbs`. */
export type BlocksView = PageModel & {
  readonly nav: StaffNav;
  readonly action: string;
  readonly problem: string | null;
  readonly blocks: readonly { readonly id: string; readonly name: string; readonly isServer: boolean; readonly moment: Moment }[];
  readonly add: { readonly errors: ErrorSummary | null; readonly name: TextField; readonly reason: TextField };
};

export const BLOCK_FORM_FIELDS = ['name', 'reason'] as const;

/** What was typed, keys for what is wrong by field, and why nothing was done. */
export type BlockOutcome = {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly failure: BlockFailure['type'] | 'no-reason' | null;
};

export const NO_BLOCK: BlockOutcome = { values: {}, errors: {}, failure: null };

/** Servers and handles from which no pledge counts; a handle is not told again, to anybody. */
export function blocksPage(blocks: readonly BlockView[], { values, errors, failure }: BlockOutcome, ask: StaffAsk): BlocksView {
  const { text, now, page } = ask;
  const words = Object.entries(errors).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values, errors: Object.fromEntries(words) };
  const name = textField(
    { name: 'name', label: text.t('moderation.blocks.name'), hint: text.t('moderation.blocks.nameHint'), maxlength: 300, verbatim: true, required: true },
    state,
  );
  const reason = textField({ name: 'reason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: true }, state);
  return {
    head: pageHead({ title: text.t('moderation.blocks.title') }),
    nav: staffNav(ask, 'blocks'),
    action: localUrl('/moderation/blocks', page),
    problem: failure === null ? null : text.t(`moderation.blocks.${failure}`),
    blocks: blocks.map(({ id, server, createdAt }) => ({
      id,
      name: server ?? text.t('moderation.blocks.handle'),
      isServer: server !== null,
      moment: moment(createdAt, now),
    })),
    add: { errors: errorSummary([name, reason], text), name, reason },
  };
}
