import type { Relation } from '../domain/corroboration.ts';
import type { Translator } from '../platform/text.ts';
import type { ClaimStanding } from '../readings/claim-standing.query.ts';
import { readerOf } from '../readings/readers.ts';
import type { Reading } from '../readings/reading.entity.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** What moderators see of a number that a person read: pure, in one language. */

/** For the partial `evidence`. */
export type EvidenceView = {
  readonly picture: { readonly src: string; readonly width: number; readonly height: number; readonly alt: string } | null;
  /** A page elsewhere; null when there is none but the picture. */
  readonly link: string | null;
};

type Shown = Pick<Reading, 'count' | 'evidence' | 'evidenceUrl' | 'source' | 'reader'>;

export function evidenceView({ count, evidence, evidenceUrl }: Shown, { text, page }: StaffAsk): EvidenceView {
  // The address that a picture gets here leads nowhere as long as its number waits.
  const link = evidenceUrl?.startsWith(`${page.publicUrl}/evidence/`) ? null : evidenceUrl;
  if (evidence === null) return { picture: null, link };
  const { id, type, width, height } = evidence;
  return { picture: { src: `/moderation/evidence/${id}.${type}`, width, height, alt: text.t('moderation.evidence.alt', { n: count }) }, link };
}

/** Who read it: “a stranger”, “a campaigner”, or nobody but a program. */
export function readerWords({ reader, source }: Shown, text: Translator): string {
  const kind = readerOf(reader)?.kind;
  return kind === undefined ? text.t(`moderation.source.${source}`) : text.t(`moderation.reader.${kind}`);
}

/** Why a number waits, in a sentence. */
export function whyWords({ verdict }: ClaimStanding, text: Translator): string {
  if (verdict.type === 'unlikely' && verdict.with === null) return text.t('moderation.why.first');
  return text.t(`moderation.why.${verdict.type}`, { n: verdict.type === 'unlikely' ? (verdict.with?.count ?? 0) : 0 });
}

/** How many others who wait agree with it, and how many do not. */
export function othersWords({ others }: ClaimStanding, text: Translator): string {
  const of = (wanted: Relation): number => others.filter(({ relation, reading }) => relation === wanted && reading.status === 'pending').length;
  return text.t('moderation.others.count', { agree: of('agrees'), differ: of('differs') });
}
