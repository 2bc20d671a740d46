import { Injectable } from '@nestjs/common';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Draft } from '../campaigns/draft.entity.ts';
import type { FoundAccounts } from '../campaigns/drafts.service.ts';
import { institutionStep } from '../campaigns/launch-fields.ts';
import { ACCOUNT_KINDS, AccountFinder, type AccountKind } from '../institutions/account-finder.service.ts';
import { InstitutionsQuery, type LikelyDuplicate } from '../institutions/institutions.query.ts';
import { accountText, askedOf, type AskedAccounts, type DraftReading } from './start.form.ts';

type Fields = Readonly<Record<string, string>>;

/** An institution that may be the one being typed, with the public campaigns about it. */
export type KnownInstitution = LikelyDuplicate & {
  readonly campaigns: readonly { readonly slug: string; readonly title: string }[];
};

/** What the networks told, and what they were asked. */
type Answers = Partial<FoundAccounts> & { asked: AskedAccounts };

/** What the form asks of the networks and of what is known already. */
@Injectable()
export class StartLookups {
  constructor(
    private readonly finder: AccountFinder,
    private readonly institutions: InstitutionsQuery,
    private readonly campaigns: CampaignsQuery,
  ) {}

  /** The accounts that must be asked for: those typed anew, those that failed, and all when the website changed. */
  toAsk(fields: Fields, found: Draft['found']): AccountKind[] {
    const asked = askedOf(found);
    return ACCOUNT_KINDS.filter((kind) => {
      const text = accountText(fields, kind);
      const before = asked[kind];
      return text !== '' && (before?.text !== text || before.website !== (fields['website'] ?? '') || before.failure !== null);
    });
  }

  /** Asks the networks for these accounts, at once; what they told is to be kept with the draft. */
  async ask(kinds: readonly AccountKind[], fields: Fields, found: Draft['found']): Promise<Answers> {
    const website = fields['website'] ?? '';
    const parsed = institutionStep.shape.website.safeParse(website);
    const answers = await Promise.all(
      kinds.map(async (kind) => {
        const text = accountText(fields, kind);
        const result = await this.finder.find(kind, text, parsed.success ? parsed.data : null);
        const failure = result.ok ? null : result.error;
        return { kind, asked: { text, website, failure }, account: result.ok ? result.value : null };
      }),
    );
    const accounts: Partial<FoundAccounts> = {};
    const asked = { ...askedOf(found) };
    for (const answer of answers) {
      accounts[answer.kind] = answer.account;
      asked[answer.kind] = answer.asked;
    }
    return { ...accounts, asked };
  }

  /**
   * Institutions that may be the same. One that no public campaign is about is told of only to whoever names its
   * account: what is under review is nobody's business yet.
   */
  async known({ institution, found }: DraftReading): Promise<KnownInstitution[]> {
    if (institution.value === null) return [];
    const { name, country } = institution.value;
    const handles = [found.fediverse?.handle, found.x?.handle].filter((handle) => handle !== undefined);
    const likely = await this.institutions.likelyDuplicates({ name, country, handles });
    const known = await Promise.all(likely.map(async (each) => ({ ...each, campaigns: await this.campaignsOf(each) })));
    return known.filter(({ campaigns, reasons }) => campaigns.length > 0 || reasons.includes('same-account'));
  }

  private async campaignsOf({ institution: { id, name } }: LikelyDuplicate): Promise<KnownInstitution['campaigns']> {
    const { items } = await this.campaigns.directory({ q: name, state: null, language: null, page: 1 });
    return items.filter(({ institution }) => institution.id === id).map(({ slug, title }) => ({ slug, title }));
  }
}
