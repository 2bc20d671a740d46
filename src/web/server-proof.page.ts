import type { RefusedProof, WayBack } from '../pledges/pledge-sign-in.service.ts';
import { isLanguage, translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** The model of `views/proof-refused.hbs`. */
export type ProofRefusedView = PageModel & {
  readonly title: string;
  readonly text: string;
  readonly back: { readonly href: string; readonly label: string };
  /** For whoever signed in with another account than the one that promised; null for all others. */
  readonly move: { readonly action: string; readonly label: string } | null;
};

type Refusal = RefusedProof['refusal'];

/** Why nothing was proven, and the way back; `back` is null for whoever did not begin here. */
export function proofRefusedPage(refusal: Refusal, back: WayBack | null, request: PageRequest): ProofRefusedView {
  const page = isLanguage(back?.language) ? { ...request, language: back.language, explicitLanguage: true } : request;
  const { t } = translator(page.language);
  const [words] = told(refusal);
  const names = refusal.type === 'another-person' ? { pledged: refusal.pledged, proven: refusal.proven } : {};
  const title = t(`proof.refused.${words}.title`);
  return {
    head: pageHead({ title }),
    title,
    text: t(`proof.refused.${words}.text`, names),
    back:
      back === null
        ? { href: localUrl('/', page), label: t('problem.home') }
        : { href: localUrl(`/p/${back.token}`, page), label: t('proof.back') },
    move:
      back !== null && refusal.type === 'another-person'
        ? { action: localUrl(`/p/${back.token}/sign-in`, page), label: t('proof.move', { proven: refusal.proven }) }
        : null,
  };
}

export function statusOfRefusal(refusal: Refusal): number {
  return told(refusal)[1];
}

/** Words and HTTP status. */
function told(refusal: Refusal): readonly [string, number] {
  switch (refusal.type) {
    case 'denied':
      return ['denied', 200];
    case 'unknown':
    case 'used':
    case 'expired':
    case 'bad-code':
      return ['over', 410];
    case 'not-found':
      return ['erased', 410];
    case 'other-browser':
      return ['otherBrowser', 403];
    case 'wrong-server':
      return ['wrongServer', 403];
    case 'not-confirmed':
      return ['notConfirmed', 403];
    case 'another-person':
      return ['anotherPerson', 409];
    case 'own-handle':
      return ['ownHandle', 409];
    case 'app-forgotten':
      return ['forgotten', 503];
    default:
      return ['serverDown', 503];
  }
}
