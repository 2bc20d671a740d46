import type { PostRules, ServerLimits, SharingTarget } from '../domain/post-length.ts';
import type { Moment } from '../domain/post-moments.ts';
import type { Language, PostLanguage } from '../platform/text.ts';
import type { Tone } from '../posts/post-templates.ts';

/** Why a post could not be handed over. */
export type ShareProblem = 'empty' | 'malformed' | 'unreachable' | 'no-share-page' | 'no-community' | 'too-long' | 'too-long-to-link';

/** What the page to share a campaign shows. */
export type ShareFacts = {
  readonly campaign: { readonly slug: string; readonly title: string; readonly language: Language };
  readonly institution: string;
  /** The post, as composed or as edited. */
  readonly text: string;
  /** It is somebody's own by now. */
  readonly isEdited: boolean;
  readonly tone: Tone;
  /** What it is about, and what else it could be about: a moment of the campaign, or the campaigner's own words. */
  readonly about: Moment | 'own';
  readonly abouts: readonly (Moment | 'own')[];
  /** Which of the wordings, and whether there is another. */
  readonly wording: number;
  readonly hasAnother: boolean;
  readonly postLanguage: PostLanguage;
  readonly network: SharingTarget;
  /** What the supporter's own server told, which the choices keep. */
  readonly limits: ServerLimits;
  /** Those of the network, with these limits. */
  readonly rules: PostRules;
  readonly mention: boolean;
  /** False while the institution has no account to mention, and where its handle would be somebody else's. */
  readonly canMention: boolean;
  /** The server and the community that were typed. */
  readonly server: string;
  readonly community: string;
  /** Why the post could not be handed over. */
  readonly problem: ShareProblem | null;
  /** The card of the campaign's link, in the language that networks get it in. */
  readonly card: {
    readonly language: Language;
    readonly site: string;
    readonly title: string;
    readonly description: string;
    readonly path: string;
    readonly alt: string;
  };
  /** The same card in the language of the post, to add to it. */
  readonly picture: { readonly path: string; readonly alt: string };
};

/** Links go around after so many: no two in a row are alike then either, of ten wordings or fewer, and crawlers find an end. */
export const WORDINGS = 12;

/** The longest server, handle or community that is read. */
export const MAX_TYPED = 300;
