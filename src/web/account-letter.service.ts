import { Inject, Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { LetterEvents } from '../campaigns/letter-events.query.ts';
import { composeLetter, type ComposedLetter } from '../campaigns/letter-text.ts';
import { Letters, type KeptLetter } from '../campaigns/letters.service.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator, type Language } from '../platform/text.ts';
import type { LetterFacts } from './account-letter.page.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import type { AccountFacts, CampaignFacts } from './campaign-facts.ts';
import { shownHandle, sideNames, sourceWords } from './campaign-words.ts';

/** Gathers what a letter to an institution says, and what became of it. */
@Injectable()
export class AccountLetters {
  constructor(
    private readonly letters: Letters,
    private readonly events: LetterEvents,
    private readonly facts: CampaignFactsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async of(campaign: Campaign): Promise<LetterFacts> {
    const [found, events] = await Promise.all([this.letters.of(campaign.id), this.events.of(campaign.id)]);
    const kept = found ?? { language: campaign.language, addressee: null, signature: null, own: null };
    return { kept, today: await this.compose(campaign, kept), events };
  }

  /** The template's letter, as somebody wishes it. */
  async compose(campaign: Campaign, wishes: Omit<KeptLetter, 'own'>): Promise<ComposedLetter> {
    const facts = await this.facts.of(campaign, wishes.language);
    const page = `${this.config.publicUrl}/c/${campaign.slug}`;
    const { accounts, pledges } = facts;
    return composeLetter({
      ...wishes,
      institution: campaign.institution,
      dare: campaign.dare,
      title: campaign.title,
      titleLanguage: campaign.language,
      network: sideNames(facts).fediverse,
      handle: accounts.fediverse && shownHandle(accounts.fediverse),
      accounts: accountsOf(facts, wishes.language),
      pledges: pledges.total,
      timeZone: campaign.timeZone,
      links: { campaign: page, method: `${this.config.publicUrl}/about/method`, reply: `${this.config.publicUrl}/report/${campaign.slug}?kind=reply` },
    });
  }
}

function accountsOf({ accounts }: CampaignFacts, language: Language): ReturnType<typeof accountOf>[] {
  return [accounts.fediverse, accounts.x].flatMap((account) => (account === null ? [] : [accountOf(account, language)]));
}

function accountOf(account: AccountFacts, language: Language) {
  const { latest, count } = account;
  const source = latest && sourceWords(account, latest.source, translator(language));
  return { network: account.networkName, handle: shownHandle(account), latest: latest && source !== null && count !== null ? { count, at: latest.at, source } : null };
}
