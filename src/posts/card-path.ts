import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import type { Dare } from '../domain/dare.ts';
import type { Point } from '../domain/gap.ts';
import type { Language } from '../platform/text.ts';
import { linkPicture, pictureName, type Picture } from './picture-name.ts';

/** What makes a card another one. The line behind the score is left out: it moves with every thinning of the series. */
export interface CardContent {
  language: Language;
  title: string;
  state: CampaignState | 'preview';
  dare: Dare;
  latest: { fediverse: Point | null; x: Point | null };
  /** What became of accounts that show no count any more. */
  without: readonly string[];
  pledges: number;
}

/**
 * Path of a campaign's card picture, `/c/<slug>/card-<language>-<version>.png`. The version follows from what the card
 * shows, because servers keep a picture for two weeks under the path where they found it (mastodon, `PreviewCard`).
 */
export function cardPath(slug: string, content: CardContent): string {
  return `/c/${slug}/${pictureName(linkPicture(content.language), versionOf(content))}`;
}

/** Path of another picture of the campaign whose card has this path; `days` are left until the deadline, null: none are counted. */
export function siblingPath(card: string, picture: Picture, days: number | null): string {
  const [, version = ''] = /-([0-9a-f]{12})\.png$/.exec(card) ?? [];
  const counted = picture.kind === 'countdown' && days !== null ? Math.min(days, 0xfff).toString(16).padStart(3, '0') : '';
  return `${card.slice(0, -basename(card).length)}${pictureName(picture, version + counted)}`;
}

function versionOf({ title, state, dare, latest, without, pledges }: CardContent): string {
  const counts = [latest.fediverse, latest.x].map((point) => point && [point.at.getTime(), point.count]);
  // Promises stand on the card only while there is no account to count.
  const promised = dare.kind === 'open' && latest.fediverse === null ? pledges : null;
  const shown = JSON.stringify([title, state, dare, counts, promised, ...without]);
  return createHash('sha256').update(shown).digest('hex').slice(0, 12);
}
