import { dayIn, momentIn } from '../campaigns/local-day.ts';
import { awaitsModerator, replyClock, silenceRule, type SilenceRule } from '../domain/correspondence.ts';
import type { DateStyle, Translator } from '../platform/text.ts';
import type { CampaignFacts, LetterNews } from './campaign-facts.ts';
import { dayStyle } from './campaign-words.ts';

/** What became of the letter to the institution, in words; pure, in one language. */

/** One line of the timeline. */
export type TimelineView = {
  /** Where links to it lead; null: they lead to another line, which had that name first. */
  readonly id: string | null;
  readonly at: Date;
  readonly style: DateStyle;
  readonly words: string;
  /** A number, or how a letter went. */
  readonly value: string | null;
  /** Only what a moderator has confirmed. */
  readonly told: { readonly summary: string | null; readonly link: string | null } | null;
  /** The institution's own words are on the page. */
  readonly hasReply: boolean;
};

/** How long the institution has been silent, and what a rule makes of that; null where nobody waits for it. */
export type ClockView = { readonly words: string; readonly rule: { readonly words: string; readonly url: string } | null };

/** Where each rule can be read. */
const LAWS: Readonly<Record<SilenceRule['law'], string>> = {
  crpa: 'https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000031367619',
  ombudsman: 'https://www.ombudsman.europa.eu/en/publication/en/3510',
};

/** What happened to the letter, as lines of the timeline. */
export function letterViews(facts: CampaignFacts, text: Translator): TimelineView[] {
  const { campaign, now } = facts;
  return facts.letters.map((event) => {
    const at = noon(event.day, campaign.timeZone);
    const isReported = awaitsModerator(event);
    const what = event.standing === 'broken' ? 'broken' : event.step;
    return {
      id: `letter-${what}-${event.firstDay}`,
      at,
      style: dayStyle(at, now),
      words: text.t(`milestones.letter-${what}`),
      value: isReported ? text.t('letter.reported') : event.way && text.t(`letter.way.${event.way}`),
      told: isReported || (event.summary === null && event.link === null) ? null : { summary: event.summary, link: event.link },
      hasReply: event.step !== 'sent' && event.step !== 'acknowledged' && campaign.institutionReply !== null,
    };
  });
}

/** How long the institution has been silent while the dare is on. */
export function clockView({ campaign, institution, letters, now }: CampaignFacts, text: Translator): ClockView | null {
  if (campaign.state !== 'live') return null;
  const clock = replyClock(letters, silenceRule(institution), dayIn(campaign.timeZone)(now));
  if (clock.type !== 'waiting') return null;
  const told = (day: string): string => text.date(noon(day, campaign.timeZone), dayStyle(noon(day, campaign.timeZone), now), campaign.timeZone);
  const { days, acknowledgedOn, due } = clock;
  return {
    words: acknowledgedOn === null ? text.t('letter.clock.silent', { days }) : text.t('letter.clock.acknowledged', { days, at: told(acknowledgedOn) }),
    rule: due && { words: text.t(`letter.rule.${due.law}.${due.isPast ? 'past' : 'ahead'}`, { on: told(due.on) }), url: LAWS[due.law] },
  };
}

/** A day of the campaign's calendar as an instant that is on that day. */
export function noon(day: LetterNews['day'], timeZone: string): Date {
  return momentIn(timeZone, day, '12:00');
}
