import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import type { Dare } from '../domain/dare.ts';
import { remaining } from '../domain/gap.ts';
import { postLength, shorten, type PostRules } from '../domain/post-length.ts';
import { translator, typographic, type Language } from '../platform/text.ts';
import { renderPost, type Moment, type PostValues, type Tone } from './post-templates.ts';

/** From here on the end is in sight. */
const LAST_HUNDRED = 100;

/** What posts about a campaign are made of. */
export interface PostFacts {
  state: CampaignState | 'preview';
  dare: Dare;
  institution: string;
  title: string;
  network: string;
  /** `@user@host`; null before the account exists. */
  handle: string | null;
  /** Without its `#`. */
  hashtag: string | null;
  fediverse: number | null;
  x: number | null;
  pledges: number;
  /** When it was over, on the campaign's own calendar; null: it is not. */
  endedAt: Date | null;
  timeZone: string;
  /** The campaign's page. */
  url: string;
}

export interface PostWishes {
  tone: Tone;
  language: Language;
  /** Name the institution's account so that it is told; off unless somebody wants it. */
  mention: boolean;
}

/** Where a campaign stands, as far as words go. */
export function momentOf(facts: Pick<PostFacts, 'state' | 'dare' | 'fediverse' | 'x'>): Moment {
  if (facts.state === 'won') return facts.fediverse === null ? 'over' : 'won';
  if (facts.state === 'ended' || facts.state === 'closed') return 'over';
  if (facts.dare.kind === 'open') return 'open';
  const missing = remaining(facts.dare, facts);
  if (missing === null || missing === 0) return 'waiting';
  return missing <= LAST_HUNDRED ? 'last-hundred' : facts.dare.kind;
}

/**
 * A post with the live numbers, a link and the hashtag, shortened by its words alone where the network allows less;
 * link, hashtag and mention stay whole.
 */
export function composePost(facts: PostFacts, wishes: PostWishes, rules: PostRules): string {
  const words = renderPost(momentOf(facts), wishes.tone, wishes.language, valuesOf(facts, wishes.language));
  const mention = wishes.mention ? facts.handle : null;
  const hashtag = facts.hashtag === null ? null : `#${facts.hashtag}`;
  const ending = `\n\n${[mention, hashtag, facts.url].filter((part) => part !== null).join('\n')}`;
  const limit = rules.limit - postLength(ending, rules).length;
  const maxBytes = rules.maxBytes === null ? null : rules.maxBytes - Buffer.byteLength(ending);
  return shorten(words, { ...rules, limit, maxBytes }) + ending;
}

function valuesOf(facts: PostFacts, language: Language): PostValues {
  return {
    institution: facts.institution,
    title: typographic(facts.title, language),
    network: facts.network,
    fediverse: facts.fediverse,
    x: facts.dare.kind === 'overtake' ? facts.x : null,
    missing: remaining(facts.dare, facts),
    target: facts.dare.kind === 'reach' ? facts.dare.target : null,
    pledges: facts.pledges,
    day: facts.endedAt && translator(language).date(facts.endedAt, 'dayYear', facts.timeZone),
  };
}
