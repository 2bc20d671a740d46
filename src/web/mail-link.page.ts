import type { EmailPurpose } from '../identity/email-code.entity.ts';
import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** What became of a mail's link. */
export type MailLinkOutcome = 'donePledge' | 'doneReminder' | 'doneOpening' | 'doneDigest' | 'leftDigest' | 'leftOpening' | 'anotherPledge' | 'tooLate' | 'forgotten' | 'gone';

/** The model of `views/mail-link.hbs`. */
export type MailLinkView = PageModel & { readonly text: string; readonly confirmUrl: string; readonly forgetUrl: string };

/** The model of `views/plain.hbs`: a title and a sentence. */
export type PlainView = PageModel & { readonly title: string; readonly text: string };

/** Asks whoever got the mail whether it was them. */
export function mailLinkPage(link: string, found: { purpose: EmailPurpose; about: string }, request: PageRequest): MailLinkView {
  const { t } = translator(request.language);
  return {
    head: pageHead({ title: t('other-proofs.link.title') }),
    text: t(`other-proofs.link.${found.purpose}`, { about: found.about }),
    confirmUrl: localUrl(`/mail/${link}`, request),
    forgetUrl: localUrl(`/mail/${link}/forget`, request),
  };
}

const WORDS: Readonly<Record<MailLinkOutcome | 'me', readonly [title: string, text: string]>> = {
  donePledge: ['link.done', 'link.donePledge'],
  doneReminder: ['link.done', 'link.doneReminder'],
  doneOpening: ['link.done', 'link.doneOpening'],
  doneDigest: ['link.done', 'link.doneDigest'],
  leftDigest: ['left', 'left.digest'],
  leftOpening: ['left', 'left.opening'],
  anotherPledge: ['link.anotherPledge', 'code.another-pledge'],
  tooLate: ['link.tooLate', 'code.too-late'],
  forgotten: ['link.forgotten', 'link.forgottenText'],
  gone: ['link.gone', 'link.goneText'],
  me: ['me.title', 'me.text'],
};

export function plainPage(outcome: MailLinkOutcome | 'me', request: PageRequest): PlainView {
  const { t } = translator(request.language);
  const [title, text] = WORDS[outcome];
  return { head: pageHead({ title: t(`other-proofs.${title}`) }), title: t(`other-proofs.${title}`), text: t(`other-proofs.${text}`) };
}
