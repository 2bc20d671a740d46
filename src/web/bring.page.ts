import type { Language } from '../platform/text.ts';
import { translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { Invitation } from '../pledges/invitations.service.ts';

/** What a supporter meets who brings others. */
export type BringFacts = {
  readonly token: string;
  readonly campaign: { readonly slug: string; readonly title: string; readonly language: Language };
  readonly invitation: Invitation | null;
  readonly shareText: string;
};

/** The model of `views/bring.hbs`. */
export type BringView = PageModel & {
  readonly backUrl: string;
  readonly makeUrl: string;
  /** Null until the supporter asks for one. */
  readonly link: string | null;
  readonly brought: string | null;
  readonly shareText: string;
  readonly badge: { readonly alt: string; readonly svg: string; readonly png: string };
};

/** A supporter's own link, how many came by it, and a badge. */
export function bringPage({ token, campaign, invitation, shareText }: BringFacts, request: PageRequest): BringView {
  const text = translator(request.language);
  const plain = `${request.publicUrl}/c/${campaign.slug}`;
  const link = invitation && `${plain}?via=${invitation.code}`;
  const badge = (format: string): string => `/c/${campaign.slug}/badge.${format}?lang=${request.language}`;
  return {
    head: pageHead({ title: text.t('bring.title') }),
    backUrl: localUrl(`/p/${token}`, request),
    makeUrl: localUrl(`/p/${token}/bring`, request),
    link,
    brought: invitation && text.t('bring.brought', { n: invitation.brought }),
    shareText: link === null ? shareText : shareText.replace(plain, link),
    badge: { alt: text.t('bring.badgeAlt', { dare: typographic(campaign.title, campaign.language) }), svg: badge('svg'), png: badge('png') },
  };
}
