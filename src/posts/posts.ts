import { DAY } from '../domain/durations.ts';
import { remaining } from '../domain/gap.ts';
import { postLength, shorten, withoutMentions, type PostRules } from '../domain/post-length.ts';
import { daysLeft, momentsOf, recordGain, type Moment, type MomentFacts } from '../domain/post-moments.ts';
import { translator, typographic, type Language, type PostLanguage } from '../platform/text.ts';
import { renderTemplate, type PostTemplate, type PostValues } from './closed-template.ts';
import { wordings, type Tone } from './post-templates.ts';

/** What posts about a campaign are made of. */
export interface PostFacts extends MomentFacts {
  institution: string;
  title: string;
  /** In which title and institution are written. */
  language: Language;
  network: string;
  /** `@user@host`; null before the account exists. */
  handle: string | null;
  /** Without its `#`. */
  hashtag: string | null;
  /** When it was over, on the campaign's own calendar; null: it is not. */
  endedAt: Date | null;
  timeZone: string;
  /** The campaign's page. */
  url: string;
}

export interface PostWishes {
  tone: Tone;
  language: PostLanguage;
  /** Name the institution's account so that it is told; off unless somebody wants it. */
  mention: boolean;
  /** What it is about, one of {@link momentsOf}; the one that says most unless somebody wants another. */
  moment?: Moment;
  /** Which of the wordings, from 0 on and around; n and n + 1 never read the same. Another one each day unless told. */
  wording?: number;
  /** Somebody's own words in the place of the library's. */
  template?: PostTemplate;
}

/** A post whose words would be shorter than this is better off with less at its end. */
const FEWEST_WORDS = 40;

/**
 * A post with the live numbers, a link and the hashtag. Where the network allows less, a wording that fits goes before one that does
 * not, and the words alone are shortened; link, hashtag and mention stay whole, or are left out, the mention first, where they would
 * leave no room for words. Own words that name a number which is not known are a bug of the caller and throw.
 */
export function composePost(facts: PostFacts, wishes: PostWishes, rules: PostRules): string {
  const ending = endingOf(facts, wishes, rules);
  const limit = rules.limit - postLength(ending, rules).length;
  const maxBytes = rules.maxBytes === null ? null : rules.maxBytes - Buffer.byteLength(ending);
  const room = { ...rules, limit, maxBytes };
  return (shorten(wordsOf(facts, wishes, room), room) + ending).trimStart();
}

/** What templates may say of a campaign now, as the language writes it; what is not known or not so is null. */
export function postValues(facts: PostFacts, language: PostLanguage): PostValues {
  const { dare, deadline, timeZone } = facts;
  const { date } = translator(language);
  const day = (at: Date): string => date(at, 'dayYear', timeZone);
  const days = daysLeft(facts);
  return {
    institution: inLine(facts.institution, facts.language),
    title: inLine(facts.title, facts.language),
    network: facts.network,
    fediverse: facts.fediverse,
    x: dare.kind === 'overtake' ? facts.x : null,
    missing: remaining(dare, facts) || null,
    target: dare.kind === 'reach' ? dare.target : null,
    pledges: facts.pledges || null,
    gained: recordGain(facts),
    days,
    deadline: deadline === null || days === null ? null : day(deadline),
    day: facts.endedAt && day(facts.endedAt),
  };
}

/** Somebody's own words as a post has them. */
export function ownWords(template: PostTemplate, facts: PostFacts, language: PostLanguage): string | null {
  const words = renderTemplate(template, postValues(facts, language), translator(language));
  return words === null ? null : withoutMentions(words);
}

function wordsOf(facts: PostFacts, wishes: PostWishes, room: PostRules): string {
  if (wishes.template === undefined) return libraryWords(facts, wishes, room);
  const words = ownWords(wishes.template, facts, wishes.language);
  if (words === null) throw new Error('A template names what is not known of the campaign.');
  return words;
}

/** One of the wordings that the facts allow; of those that fit, as long as there are two to choose from. */
function libraryWords(facts: PostFacts, { tone, language, moment, wording }: PostWishes, room: PostRules): string {
  const writer = translator(language);
  const values = postValues(facts, language);
  const possible = wordings(moment ?? momentsOf(facts)[0], tone, language).flatMap((template) => {
    const words = renderTemplate(template, values, writer);
    return words === null ? [] : [withoutMentions(words)];
  });
  const fitting = possible.filter((words) => postLength(words, room).fits);
  const choice = fitting.length > 1 ? fitting : possible;
  const words = choice[(wording ?? Math.floor(facts.now.getTime() / DAY)) % choice.length];
  if (words === undefined) throw new Error(`No ${language} wording of ${moment ?? ''} can be said of this campaign.`);
  return words;
}

function endingOf(facts: PostFacts, wishes: PostWishes, rules: PostRules): string {
  const mention = wishes.mention && rules.handles ? facts.handle : null;
  const hashtag = facts.hashtag === null ? null : `#${facts.hashtag}`;
  const endings = [[mention, hashtag, facts.url], [hashtag, facts.url], [facts.url]].map(
    (parts) => `\n\n${parts.filter((part) => part !== null).join('\n')}`,
  );
  const leavesRoom = (ending: string): boolean => postLength(ending, rules).length + FEWEST_WORDS <= rules.limit;
  return endings.find(leavesRoom) ?? `\n\n${facts.url}`;
}

/** What was typed as part of a sentence. */
function inLine(text: string, language: Language): string {
  return typographic(text.replace(/[^\S\u00a0\u202f]+/gu, ' ').trim(), language);
}
