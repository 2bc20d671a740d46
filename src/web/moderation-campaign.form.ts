import { editableText } from '../campaigns/launch-fields.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { CAMPAIGN_POWERS, POWERS_WITH_REASON, type CampaignPower } from '../moderation/campaign-powers.ts';
import type { CampaignDecision } from '../moderation/moderation.service.ts';
import type { Translator } from '../platform/text.ts';
import {
  choice,
  errorSummary,
  textArea,
  textField,
  UNTOUCHED,
  type Choice,
  type ErrorSummary,
  type FormState,
  type TextArea,
  type TextField,
} from './form-fields.ts';
import { MAX_NOTE, MAX_REPLY, readNote } from './moderation-notes.ts';

/** The three forms of a campaign's review, told apart by their field `form`. */
export const CAMPAIGN_FORM_FIELDS = {
  decide: ['action', 'reason'],
  edit: ['title', 'story', 'quote', 'quoteSource', 'hashtag', 'note'],
  reply: ['reply'],
} as const;
export type CampaignForm = keyof typeof CAMPAIGN_FORM_FIELDS;

/** Which form came back, with what was typed and keys of `moderation.json` for what is wrong. */
export type CampaignAttempt = {
  readonly form: CampaignForm;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
};


export type CampaignForms = {
  readonly decide: { readonly errors: ErrorSummary | null; readonly action: Choice; readonly reason: TextArea } | null;
  readonly edit: {
    readonly errors: ErrorSummary | null;
    readonly open: boolean;
    readonly title: TextField;
    readonly story: TextArea;
    readonly lines: readonly TextField[];
  } | null;
  readonly reply: { readonly errors: ErrorSummary | null; readonly open: boolean; readonly reply: TextArea } | null;
};

/** Reads one of the forms into a decision, or what is wrong with it by field. */
export function readCampaignForm(
  form: CampaignForm,
  values: Readonly<Record<string, string>>,
): Result<CampaignDecision, Record<string, string>> {
  if (form === 'edit') return readEdit(values);
  if (form === 'reply') return readReply(values);
  const action = MOVES.find((power) => power === values['action']);
  if (action === undefined) return fail({ action: 'choose' });
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  if (reason.value === null && POWERS_WITH_REASON.includes(action)) return fail({ reason: 'reason' });
  return ok({ action, reason: reason.value });
}

/** The forms that the campaign's state allows, each with what was typed in it. */
export function campaignForms(
  campaign: Campaign,
  powers: readonly CampaignPower[],
  attempt: CampaignAttempt | null,
  text: Translator,
): CampaignForms {
  const stateOf = (form: CampaignForm, initial: Record<string, string>): FormState => {
    if (attempt?.form !== form) return { ...UNTOUCHED, values: initial };
    const errors = Object.entries(attempt.errors).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
    return { values: attempt.values, errors: Object.fromEntries(errors) };
  };
  const moves = MOVES.filter((power) => powers.includes(power));
  return {
    decide: moves.length === 0 ? null : decideForm(moves, stateOf('decide', {}), text),
    edit: powers.includes('edit') ? editForm(stateOf('edit', wordsOf(campaign)), attempt?.form === 'edit', text) : null,
    reply: powers.includes('publish_reply')
      ? replyForm(stateOf('reply', { reply: campaign.institutionReply ?? '' }), attempt?.form === 'reply', text)
      : null,
  };
}

/** What is decided by choosing; the others have a form of their own. */
type Move = Exclude<CampaignPower, 'edit' | 'publish_reply'>;
const MOVES = CAMPAIGN_POWERS.filter((power): power is Move => power !== 'edit' && power !== 'publish_reply');

function readEdit(values: Readonly<Record<string, string>>): Result<CampaignDecision, Record<string, string>> {
  const { note = '', ...words } = values;
  const reason = readNote(note);
  if (!reason.ok) return fail({ note: reason.error });
  const read = editableText.safeParse(words);
  if (read.success) return ok({ action: 'edit', text: read.data, reason: reason.value });
  return fail(Object.fromEntries(read.error.issues.map((issue) => [issue.path.join('.'), issue.message])));
}

function readReply(values: Readonly<Record<string, string>>): Result<CampaignDecision, Record<string, string>> {
  const reply = readNote(values['reply'] ?? '', MAX_REPLY);
  return reply.ok ? ok({ action: 'publish_reply', reply: reply.value, reason: null }) : fail({ reply: reply.error });
}

function wordsOf({ title, story, quote, quoteSource, hashtag }: Campaign): Record<string, string> {
  return { title, story, quote: quote ?? '', quoteSource: quoteSource ?? '', hashtag: hashtag ?? '' };
}

function decideForm(moves: readonly Move[], state: FormState, text: Translator): NonNullable<CampaignForms['decide']> {
  const options = moves.map((move) => ({
    value: move,
    label: text.t(`moderation.power.${move}`),
    hint: text.t(`moderation.powerHint.${move}`),
  }));
  const action = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textArea(
    {
      name: 'reason',
      label: text.t('moderation.decide.reason'),
      hint: text.t('moderation.decide.reasonHint'),
      rows: 4,
      maxlength: MAX_NOTE,
    },
    state,
  );
  return { errors: errorSummary([action, reason], text), action, reason };
}

function editForm(state: FormState, open: boolean, text: Translator): NonNullable<CampaignForms['edit']> {
  const line = (name: string, required = false): TextField =>
    textField({ name, label: text.t(`moderation.field.${name}`), required }, state);
  const story = textArea(
    { name: 'story', label: text.t('moderation.field.story'), hint: text.t('moderation.edit.storyHint'), rows: 12, required: true },
    state,
  );
  const title = line('title', true);
  const note = textField({ name: 'note', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  const lines = [line('quote'), line('quoteSource'), line('hashtag'), note];
  return { errors: errorSummary([title, story, ...lines], text), open, title, story, lines };
}

function replyForm(state: FormState, open: boolean, text: Translator): NonNullable<CampaignForms['reply']> {
  const reply = textArea(
    { name: 'reply', label: text.t('moderation.reply.label'), hint: text.t('moderation.reply.emptyHint'), rows: 8, maxlength: MAX_REPLY },
    state,
  );
  return { errors: errorSummary([reply], text), open, reply };
}
