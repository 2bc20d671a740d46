import { LANGUAGES, type Language, type Translator } from '../platform/text.ts';
import type { CampaignFacts, NoteFacts } from './campaign-facts.ts';
import { momentStyle, sideNames } from './campaign-words.ts';

/** What moderators tell the public of unusual changes: pure, in one language. */

/** A note with what it is about; its text is in a language that may not be the page's. */
export type NoteView = {
  readonly side: 'fediverse' | 'x';
  readonly at: Date;
  readonly count: number;
  /** “Mastodon, 2 September at 09:10, from 3,000 to 3,400:” */
  readonly about: string;
  readonly text: string;
  readonly language: Language;
};

/** The notes about both accounts, latest first. */
export function noteViews(facts: CampaignFacts, text: Translator): NoteView[] {
  const names = sideNames(facts);
  const views = (['fediverse', 'x'] as const).flatMap((side) => facts.notes[side].flatMap((note) => noteView(note, { side, name: names[side] }, facts, text)));
  return views.toSorted((a, b) => b.at.getTime() - a.at.getTime());
}

function noteView({ at, fromCount, count, note }: NoteFacts, { side, name }: { side: NoteView['side']; name: string }, { now, campaign }: CampaignFacts, text: Translator): NoteView[] {
  const language = [text.language, ...LANGUAGES].find((each) => note[each] !== undefined);
  const words = language && note[language];
  if (language === undefined || words === undefined) return [];
  const about = text.t('campaign.note.about', { name, at: text.date(at, momentStyle(at, now), campaign.timeZone), from: fromCount, to: count });
  return [{ side, at, count, about, text: words, language }];
}
