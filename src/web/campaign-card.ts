import type { PageRequest } from '../platform/views.ts';
import { pictureFacts, type PictureFacts } from '../posts/picture-facts.ts';
import type { CampaignFacts } from './campaign-facts.ts';

/** The facts of a campaign's pictures, in the language of the page. */
export function cardFacts(facts: CampaignFacts, { language, publicUrl }: Pick<PageRequest, 'language' | 'publicUrl'>): PictureFacts {
  return pictureFacts(facts, { language, publicUrl });
}
