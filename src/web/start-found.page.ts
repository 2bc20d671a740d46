import type { AccountKind, FoundAccount } from '../institutions/account-finder.service.ts';
import type { InstitutionFields } from '../campaigns/launch-fields.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import type { OpenDraft } from './start-desk.service.ts';
import type { KnownInstitution } from './start-lookups.service.ts';
import { startView, type StartView } from './start.page.ts';

/** What was found about the institution, to be looked at before going on. */
export type FoundView = StartView & {
  readonly accounts: readonly FoundCard[];
  readonly known: readonly KnownCard[];
  /** Campaigns about this very institution. */
  readonly running: readonly { readonly title: string; readonly url: string }[];
  readonly action: string;
  readonly next: string;
  readonly back: string;
  readonly notice: string | null;
};

type FoundCard = {
  readonly kind: AccountKind;
  /** PNG in base64. */
  readonly picture: string | null;
  readonly initial: string;
  readonly name: string;
  readonly handle: string;
  readonly url: string;
  readonly network: string;
  readonly count: string | null;
  /** In place of a count. */
  readonly instead: string | null;
  readonly linked: boolean;
  readonly linkWords: string;
  readonly correct: string;
};

type KnownCard = {
  readonly id: string;
  readonly institution: string;
  readonly website: string | null;
  readonly why: string;
  readonly campaigns: readonly { readonly title: string; readonly url: string }[];
};

/** `taken`: the accounts were refused because they are known as another institution's. */
export function foundPage(open: OpenDraft, known: readonly KnownInstitution[], taken: boolean): FoundView {
  const { reading, text, page } = open;
  const institution = reading.institution.value;
  const linked = (campaigns: KnownInstitution['campaigns']): KnownCard['campaigns'] =>
    campaigns.map(({ slug, title }) => ({ title, url: localUrl(`/c/${slug}`, page) }));
  return {
    ...startView('found', open, text),
    accounts: (['fediverse', 'x'] as const).flatMap((kind) => {
      const found = reading.found[kind];
      return found === null ? [] : [foundCard(kind, found, open, institution?.website ?? null)];
    }),
    known: known
      .filter((each) => !isSame(each, institution))
      .map(({ institution: { id, name, website }, reasons, campaigns }) => ({
        id,
        institution: name,
        website,
        why: text.t(reasons.includes('same-account') ? 'start.found.same-account' : 'start.found.similar-name'),
        campaigns: linked(campaigns),
      })),
    running: known.filter((each) => isSame(each, institution)).flatMap(({ campaigns }) => linked(campaigns)),
    action: open.url('same'),
    next: open.url('dare'),
    back: open.url('institution'),
    notice: taken ? text.t('start.found.taken') : null,
  };
}

function foundCard(kind: AccountKind, found: FoundAccount, { text, url }: OpenDraft, website: string | null): FoundCard {
  return {
    kind,
    picture: found.picture,
    initial: (found.displayName || found.handle).slice(0, 1).toUpperCase(),
    name: found.displayName,
    handle: shownHandle(found),
    url: found.url,
    network: found.networkName,
    count: found.followers === null ? null : text.t('start.found.followers', { n: found.followers }),
    instead: found.followers === null ? text.t(`start.found.uncounted-${kind}`) : null,
    linked: found.linksBack,
    linkWords: linkWords(found, website, text),
    correct: `${url('institution')}#${kind}`,
  };
}

function linkWords({ linksBack }: FoundAccount, website: string | null, { t }: Translator): string {
  if (linksBack) return t('start.found.linked');
  return t(website === null ? 'start.found.no-website' : 'start.found.not-linked');
}

/** The institution that submitting would find again by its name. */
function isSame({ institution }: KnownInstitution, typed: InstitutionFields | null): boolean {
  return (
    typed !== null &&
    institution.country === typed.country &&
    institution.name.toLowerCase() === typed.name.normalize('NFC').replace(/\s+/gu, ' ').toLowerCase()
  );
}
