import type { TimelineEntry } from '../campaigns/timelines.query.ts';
import type { Dare } from '../domain/dare.ts';
import { isWayLeft, toldValue, type Milestone } from '../domain/milestones.ts';
import type { PostLanguage, Translator } from '../platform/text.ts';

/** What happened, in words. */
export function milestoneWords(dare: Dare, kind: TimelineEntry['kind'], { t }: Pick<Translator<PostLanguage>, 't'>): string {
  return t(dare.kind === 'open' && kind === 'crossed' ? 'milestones.opened' : `milestones.${kind}`);
}

/** The number of a milestone in words; null when it has none. */
export function milestoneValue(dare: Dare, milestone: Milestone, text: Pick<Translator<PostLanguage>, 't'>): string | null {
  const n = toldValue(dare, milestone);
  if (n === null) return null;
  if (!isWayLeft(milestone.kind)) return text.t(`milestones.${milestone.kind}.value`, { n });
  return text.t(dare.kind === 'overtake' ? 'milestones.missing.overtake' : 'milestones.missing.reach', { n });
}
