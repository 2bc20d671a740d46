import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.ts';
import type { Language } from '../platform/text.ts';
import { Letter } from './letter.entity.ts';
import type { LetterParts } from './letter-text.ts';

/** A letter as whoever leads the campaign wants it; `own` are words of theirs with the parts that they had. */
export interface KeptLetter {
  language: Language;
  addressee: string | null;
  signature: string | null;
  own: { text: string; parts: LetterParts } | null;
}

/** The letters that campaigners keep. */
@Injectable()
export class Letters {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Null: the template's, in the language of the campaign. */
  async of(campaignId: string): Promise<KeptLetter | null> {
    const letter = await this.database.getRepository(Letter).findOneBy({ campaignId });
    if (letter === null) return null;
    const { language, addressee, signature, text, parts } = letter;
    return { language, addressee, signature, own: text === null || parts === null ? null : { text, parts } };
  }

  async keep(campaignId: string, { own, ...wishes }: KeptLetter): Promise<void> {
    const letter = { campaignId, ...wishes, text: own?.text ?? null, parts: own?.parts ?? null, changedAt: this.clock.now() };
    await this.database.getRepository(Letter).upsert(letter, ['campaignId']);
  }
}
