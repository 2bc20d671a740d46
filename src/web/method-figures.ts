import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import { LOCALES, type Translator } from '../platform/text.ts';

const UNITS = [
  { unit: 'day', milliseconds: DAY },
  { unit: 'hour', milliseconds: HOUR },
  { unit: 'minute', milliseconds: MINUTE },
] as const;

/** A round length of time in its largest unit, “2 days”. */
export function lengthOfTime(milliseconds: number, { language }: Translator): string {
  const { unit, milliseconds: one } = UNITS.find((each) => milliseconds % each.milliseconds === 0) ?? UNITS[2];
  const format = new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(milliseconds / one);
}

/** A share of one in percent, “0.5%”. */
export function share(ratio: number, { language }: Translator): string {
  return new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 }).format(ratio);
}
