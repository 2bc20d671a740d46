import { silences } from '../domain/silence.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import type { CampaignFacts, KnownPoint } from './campaign-facts.ts';
import { noteViews, type NoteView } from './campaign-notes.ts';
import { dayStyle, momentStyle, sideNames, sourceWords } from './campaign-words.ts';

/** The numbers behind a graph as a table: one row for each moment at which something was read, latest first. */
export type NumbersView = {
  /** In whose clocks the times are told, `Europe/Paris`. */
  readonly zone: string;
  readonly names: { readonly fediverse: string; readonly x: string };
  /** What the columns are called; null: no such column. */
  readonly columns: { readonly fediverse: string | null; readonly x: string | null };
  /** How many columns there are. */
  readonly width: number;
  readonly rows: readonly NumbersRow[];
  /** “120 of 4,000 readings are listed”; null when all are. */
  readonly excerpt: string | null;
};

/** A moment with what was read then, or the words for a stretch in which an account was not read, or of a moderator. */
type NumbersRow = {
  readonly at: Date;
  readonly style: DateStyle;
  readonly fediverse: NumberCell | null;
  readonly x: NumberCell | null;
  readonly silence: string | null;
  readonly note: NoteView | null;
};

/** A reading: the number, how it came to be known, and where it can be seen. */
type NumberCell = {
  readonly count: string;
  readonly source: string;
  readonly evidenceUrl: string | null;
  /** What it was put right from: “corrected from 45,000”. */
  readonly corrected: string | null;
  /** It counted, and was taken out. */
  readonly struck: boolean;
};

type Side = 'fediverse' | 'x';

const SIDES: readonly Side[] = ['fediverse', 'x'];
const MOST_ROWS = 60;

/** The table of a campaign's readings, of a bounded length whatever lies behind. */
export function numbersView(facts: CampaignFacts, text: Translator): NumbersView {
  const names = sideNames(facts);
  const shown = momentRows(facts, text);
  const oldest = shown.slice(0, MOST_ROWS).at(-1)?.at ?? facts.now;
  const notes = noteRows(facts, text);
  const silent = SIDES.flatMap((side) => silenceRows(side, facts, text)).filter(({ at }) => at >= oldest);
  const columns = {
    fediverse: facts.series.fediverse.length > 0 ? names.fediverse : null,
    x: facts.series.x.length > 0 ? names.x : null,
  };
  return {
    zone: facts.campaign.timeZone,
    names,
    columns,
    width: 1 + Object.values(columns).filter((name) => name !== null).length,
    rows: [...shown, ...silent, ...notes].toSorted((a, b) => b.at.getTime() - a.at.getTime()),
    excerpt: excerptWords(shown, facts, text),
  };
}

/** How many readings of how many are listed; null when all are. */
function excerptWords(rows: readonly NumbersRow[], { total }: CampaignFacts, text: Translator): string | null {
  const shown = rows.flatMap(({ fediverse, x }) => [fediverse, x]).filter((cell) => cell !== null && !cell.struck).length;
  if (shown >= total.count) return null;
  return text.t('campaign.table.excerpt', { shown, total: total.count, more: total.isMore ? 'yes' : 'no' });
}

/** The latest moments, and those that notes are about. What was not read at a moment is left blank. */
function momentRows(facts: CampaignFacts, text: Translator): NumbersRow[] {
  const { now } = facts;
  const [fediverse, x] = SIDES.map((side) => shownPoints(side, facts));
  const times = new Set([...(fediverse?.keys() ?? []), ...(x?.keys() ?? [])]);
  const noted = new Set(SIDES.flatMap((side) => facts.notes[side].flatMap(({ fromAt, at }) => [fromAt.getTime(), at.getTime()])));
  return [...times]
    .sort((a, b) => b - a)
    .filter((time, place) => place < MOST_ROWS || noted.has(time))
    .map((time) => {
      const at = new Date(time);
      const cell = (side: Side, point: KnownPoint | undefined): NumberCell | null =>
        point === undefined ? null : numberCell(side, point, facts, text);
      return {
        at,
        style: momentStyle(at, now),
        fediverse: cell('fediverse', fediverse?.get(time)),
        x: cell('x', x?.get(time)),
        silence: null,
        note: null,
      };
    });
}

/** What counts, and what was struck out with nothing in its place, by the moment. */
function shownPoints(side: Side, { series, withdrawn }: CampaignFacts): Map<number, KnownPoint> {
  const struck = withdrawn[side].filter(({ status }) => status === 'struck');
  return new Map([...struck, ...series[side]].map((point) => [point.at.getTime(), point]));
}

function numberCell(side: Side, { number, count, source, evidenceUrl }: KnownPoint, facts: CampaignFacts, text: Translator): NumberCell {
  const network = facts.accounts[side]?.network ?? side;
  const wrong = facts.withdrawn[side].find(({ replacedBy }) => replacedBy === number);
  return {
    count: text.number(count),
    source: sourceWords({ network }, source, text, 'short'),
    evidenceUrl,
    corrected: wrong === undefined ? null : text.t('campaign.table.corrected', { n: wrong.count }),
    struck: facts.withdrawn[side].some((point) => point.status === 'struck' && point.number === number),
  };
}

/** Each is told right above the reading that it is about. */
function noteRows(facts: CampaignFacts, text: Translator): NumbersRow[] {
  return noteViews(facts, text).map((note) => ({
    at: new Date(note.at.getTime() + 1),
    style: momentStyle(note.at, facts.now),
    fediverse: null,
    x: null,
    silence: null,
    note,
  }));
}

/** Each is told where it ended, ahead of the reading that ended it. */
function silenceRows(side: Side, facts: CampaignFacts, text: Translator): NumbersRow[] {
  const name = sideNames(facts)[side];
  const day = (at: Date): string => text.date(at, dayStyle(at, facts.now), facts.campaign.timeZone);
  return silences(facts.series[side]).map(({ from, to }) => ({
    at: new Date(to.getTime() - 1),
    style: momentStyle(to, facts.now),
    fediverse: null,
    x: null,
    silence: text.t('campaign.table.silence', { name, from: day(from), to: day(to) }),
    note: null,
  }));
}
