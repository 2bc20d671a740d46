import type { FoundAccount } from '../institutions/account-finder.service.ts';
import type { Account } from '../institutions/account.entity.ts';
import type { Institution } from '../institutions/institution.entity.ts';
import { presentAccount } from '../institutions/present-account.ts';
import type { CampaignReview, ReviewedAccount } from '../moderation/campaign-review.query.ts';
import { mayImpersonate } from '../moderation/impersonation.ts';
import type { Translator } from '../platform/text.ts';
import { shownHandle } from './campaign-words.ts';
import { institutionWords } from './moderation-words.ts';

/** Something that speaks for an entry, or that deserves a second look. */
export type Signal = { readonly good: boolean; readonly text: string; readonly link: string | null };

/** What Chiche noticed by itself, worst first. */
export function campaignSignals(review: CampaignReview, text: Translator): Signal[] {
  const { campaign, accounts, duplicates } = review;
  const signals = [
    ...accounts.flatMap((account) => accountSignals(account, text)),
    ...(campaign.fediverseAccount === null ? [warning(text.t('moderation.signal.no-account'))] : []),
    ...(campaign.institution.website === null ? [warning(text.t('moderation.signal.no-website'))] : []),
    ...duplicates.map(({ institution, reasons }) =>
      warning(
        text.t(`moderation.signal.${reasons.includes('same-account') ? 'same-account' : 'similar-name'}`, {
          institution: institutionWords(institution),
        }),
        institution.website,
      ),
    ),
  ];
  return signals.toSorted((a, b) => Number(a.good) - Number(b.good));
}

/** What speaks for and against an account that was just found, worst first. */
export function foundSignals(found: FoundAccount, institution: Institution, text: Translator): Signal[] {
  const values = { handle: shownHandle(found) };
  return [
    ...(mayImpersonate(found, institution) ? [warning(text.t('moderation.signal.impersonation', values))] : []),
    ...(institution.website === null ? [warning(text.t('moderation.signal.no-website'))] : []),
    ...(found.linksBack ? [] : [warning(text.t('moderation.signal.no-link-back', values))]),
    good(text.t('moderation.signal.ok', values)),
    ...(found.linksBack ? [good(text.t('moderation.signal.links-back', values))] : []),
  ];
}

function accountSignals({ account, mayImpersonate }: ReviewedAccount, text: Translator): Signal[] {
  const values = { handle: shownHandle(account) };
  const linked = account.linksBack
    ? good(text.t('moderation.signal.links-back', values))
    : warning(text.t('moderation.signal.no-link-back', values));
  // Nobody's program may read X: whether the account is there, and what it links to, only a person can see.
  if (account.network === 'x') return account.linksBack ? [linked] : [];
  const found = account.state === 'ok' ? good(text.t('moderation.signal.ok', values)) : warning(stateWords(account, text));
  return mayImpersonate ? [found, linked, warning(text.t('moderation.signal.impersonation', values))] : [found, linked];
}

/** What became of the account; where it went, if that is known. */
function stateWords(account: Account, text: Translator): string {
  const present = shownHandle(presentAccount(account));
  const handle = shownHandle(account);
  if (account.state === 'moved' && present !== handle) return text.t('moderation.signal.moved-to', { handle, to: present });
  return text.t(`moderation.signal.${account.state}`, { handle, to: present });
}

function good(text: string): Signal {
  return { good: true, text, link: null };
}

function warning(text: string, link: string | null = null): Signal {
  return { good: false, text, link };
}
