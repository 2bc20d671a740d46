import type { Campaign } from '../campaigns/campaign.entity.ts';
import { withoutSmall } from '../domain/small-counts.ts';
import type { Translator } from '../platform/text.ts';
import type { WaveProgress } from '../pledges/wave-progress.query.ts';

/** How far the telling is of those who asked for it; null where nobody did, or nobody can. Few people are no number. */
export function waveWords(wave: WaveProgress | null, { timeZone }: Campaign, text: Translator): string | null {
  if (wave === null || wave.asked === 0) return null;
  const { state, asked, told, endsAt } = wave;
  const [toldShown, untoldShown] = withoutSmall([told, asked - told]);
  const isTold = typeof toldShown === 'number' && typeof untoldShown === 'number';
  const [all] = withoutSmall([asked]);
  const who = typeof all === 'number' ? text.t('account.wave.asked', { n: all }) : text.t('account.wave.few');
  const at = endsAt === null ? '' : text.date(endsAt, 'momentYear', timeZone);
  const progress = isTold && state !== 'none' && state !== 'finished' ? [text.t('account.wave.told', { n: told })] : [];
  return [who, text.t(`account.wave.state.${state}`, { at }), ...progress].join(' ');
}
