import { DARE_KINDS } from '../domain/dare.ts';
import type { MessageValues } from '../platform/text.ts';
import { choice, errorSummary, textField, type Choice, type TextField } from './form-fields.ts';
import type { OpenDraft } from './start-desk.service.ts';
import { offeredTimeZones, suggestTarget, suggestTimeZone } from './start-suggestions.ts';
import { possibleDares } from './start.form.ts';
import { formState, startView, type StepView } from './start.page.ts';

/** Step 2: what is asked, and until when. */
export type DareView = StepView & {
  readonly dareKind: Choice;
  /** Why some dares are not offered; null when all are. */
  readonly why: string | null;
  readonly target: TextField | null;
  readonly deadline: TextField;
  readonly timeZone: Choice;
};

export function darePage(open: OpenDraft): DareView {
  const { reading, text } = open;
  const { t } = text;
  const state = formState(reading.fields, reading.dare.problems, text);
  const possible = possibleDares(reading.found);
  const country = reading.institution.value?.country ?? '';
  const followers = reading.found.fediverse?.followers ?? null;
  const dareKind = choice(
    {
      name: 'dareKind',
      label: t('start.dareKind'),
      required: true,
      options: possible.map((kind) => ({ value: kind, label: t(`start.dare.${kind}`), hint: t(`start.example.${kind}`, examples(open)) })),
      ...(possible[0] === undefined ? {} : { initial: possible[0] }),
    },
    state,
  );
  const target = textField(
    { name: 'target', label: t('start.target'), hint: t('start.target_hint', { target: suggestTarget(followers) }), inputmode: 'numeric' },
    state,
  );
  const deadline = textField({ name: 'deadline', label: t('start.deadline'), hint: t('start.deadline_hint'), type: 'date' }, state);
  const timeZone = choice(
    {
      name: 'timeZone',
      label: t('start.timeZone'),
      hint: t('start.timeZone_hint'),
      options: offeredTimeZones(country).map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
      initial: suggestTimeZone(country, open.page.language),
    },
    state,
  );
  return {
    ...startView('dare', open, text),
    action: open.url('dare'),
    errors: errorSummary([dareKind, target, deadline, timeZone], text),
    notice: null,
    dareKind,
    why: possible.length === DARE_KINDS.length ? null : t(`start.why.${possible.join('-')}`),
    target: possible.includes('reach') ? target : null,
    deadline,
    timeZone,
  };
}

/** What fills the example sentences: today's own numbers. */
function examples({ reading: { found, institution }, text }: OpenDraft): MessageValues {
  const { fediverse, x } = found;
  const known = fediverse?.followers ?? null;
  return {
    name: institution.value?.name ?? '',
    handle: fediverse === null ? '' : `@${fediverse.handle.split('@')[0] ?? ''}`,
    network: fediverse?.networkName ?? '',
    today: known === null ? 'unknown' : 'known',
    count: known ?? 0,
    rival: x === null ? '' : `@${x.handle}`,
    target: text.number(suggestTarget(known)),
  };
}
