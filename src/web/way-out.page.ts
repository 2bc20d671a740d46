import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { Mailing } from '../platform/way-out.ts';

/** The model of `views/way-out.hbs`. */
export type WayOutView = PageModel & { readonly title: string; readonly text: string; readonly action: string; readonly button: string };

/** Asks whether somebody wants no more of a mail. */
export function wayOutPage(mailing: Mailing, token: string, { title }: { title: string }, request: PageRequest): WayOutView {
  const { t } = translator(request.language);
  return {
    head: pageHead({ title: t(`way-out.${mailing}`) }),
    title: t(`way-out.${mailing}`),
    text: t(`way-out.${mailing}Text`, { title }),
    action: localUrl(`/${mailing}/${token}`, request),
    button: t('way-out.do'),
  };
}
