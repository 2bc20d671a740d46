import { DAY } from '../domain/durations.ts';
import type { QueueEntry, QueuePage } from '../moderation/moderation.query.ts';
import type { ReadingBrief } from '../moderation/reading-review.query.ts';
import type { Translator } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import { evidenceView, othersWords, readerWords, type EvidenceView } from './moderation-evidence.ts';
import { ageWords, moment, staffNav, type Moment, type StaffNav } from './moderation-words.ts';
import { pager, type Pager } from './moderation-pager.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/queue.hbs`. */
export type QueueView = PageModel & {
  readonly nav: StaffNav;
  readonly done: boolean;
  readonly summary: string;
  readonly entries: readonly EntryView[];
  readonly pages: Pager | null;
};

type EntryView = {
  readonly path: string;
  readonly kind: string;
  readonly subject: string;
  readonly title: string;
  readonly institution: string;
  readonly moment: Moment;
  readonly age: string;
  /** Said in words and shown: this one waits for too long. */
  readonly late: boolean;
  readonly claimedBy: string | null;
  /** Of a reading: who read it, how others stand to it, and what shows it. */
  readonly reading: { readonly reader: string; readonly others: string; readonly evidence: EvidenceView } | null;
};

/** Two days: a campaign about this week's news is dead after that. */
const LATE_AFTER = 2 * DAY;

/** All that waits, oldest first. */
export function queuePage(queue: QueuePage, briefs: ReadonlyMap<string, ReadingBrief>, done: boolean, ask: StaffAsk): QueueView {
  const { text, now } = ask;
  return {
    head: pageHead({ title: text.t('moderation.queue.title') }),
    nav: staffNav(ask, 'queue'),
    done,
    summary: queue.total === 0 ? text.t('moderation.queue.empty') : text.t('moderation.queue.summary', queue.counts),
    entries: queue.items.map((entry) => ({
      path: `/moderation/${entry.subject}s/${entry.id}`,
      kind: kindWords(entry, text),
      subject: entry.subject,
      title: titleWords(entry, text),
      institution: entry.institution,
      moment: moment(entry.since, now),
      age: ageWords(entry.since, now, text),
      late: now.getTime() - entry.since.getTime() > LATE_AFTER,
      claimedBy: entry.claimedBy,
      reading: briefView(briefs.get(entry.id), ask),
    })),
    pages: pager('/moderation', queue, {}, { request: ask.page, text }),
  };
}

function briefView(brief: ReadingBrief | undefined, ask: StaffAsk): EntryView['reading'] {
  if (brief === undefined) return null;
  const { reading, standing } = brief;
  return {
    reader: readerWords(reading, ask.text),
    others: standing === null ? '' : othersWords(standing, ask.text),
    evidence: evidenceView(reading, ask),
  };
}

function kindWords({ subject, detail, amended }: QueueEntry, text: Translator): string {
  if (subject === 'report') return text.t(`report.kind.${detail ?? 'other'}`);
  if (subject === 'flag') return text.t(`moderation.flag.kind.${detail?.endsWith(' concentrated') ? 'concentrated' : (detail?.split(' ')[0] ?? '')}`);
  if (subject === 'crowd') return text.t(`moderation.crowd.kind.${detail?.split(' ')[0] ?? ''}`);
  if (subject === 'letter') return text.t(`letter.queue.${detail ?? ''}`);
  return text.t(amended ? 'moderation.queue.amended' : `moderation.subject.${subject}`);
}

function titleWords({ subject, title, detail }: QueueEntry, text: Translator): string {
  const handle = `@${title}`;
  if (subject === 'reading') return text.t('moderation.queue.reading', { handle, count: Number(detail) });
  if (subject === 'crowd') return text.t('moderation.crowd.queue', { n: Number(detail?.split(' ')[1]), title });
  if (subject !== 'flag') return title;
  const [kind = '', n] = (detail ?? '').split(' ');
  return text.t(`moderation.flag.title.${kind}`, { handle, n: Number(n) });
}
