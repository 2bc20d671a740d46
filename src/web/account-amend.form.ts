import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { FoundAccounts } from '../campaigns/drafts.service.ts';
import { dayIn } from '../campaigns/local-day.ts';
import { ACCOUNT_KINDS, type FoundAccount } from '../institutions/account-finder.service.ts';
import type { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { accountText, type Asked, type AskedAccounts } from './start.form.ts';

/** What the launch form would hold if this campaign had just been typed. */
export function amendedFields(campaign: Campaign): Record<string, string> {
  const { institution, fediverseAccount, xAccount } = campaign;
  return {
    name: institution.name,
    country: institution.country,
    kind: institution.kind,
    website: institution.website ?? '',
    wikidataId: institution.wikidataId ?? '',
    fediverse: fediverseAccount === null ? '' : `@${fediverseAccount.handle}`,
    x: xAccount === null ? '' : `@${xAccount.handle}`,
    dareKind: campaign.dareKind,
    target: campaign.target === null ? '' : String(campaign.target),
    deadline: campaign.deadline === null ? '' : dayIn(campaign.timeZone)(campaign.deadline),
    timeZone: campaign.timeZone,
    title: campaign.title,
    story: campaign.story,
    quote: campaign.quote ?? '',
    quoteSource: campaign.quoteSource ?? '',
    hashtag: campaign.hashtag ?? '',
    language: campaign.language,
  };
}

/** The accounts as the networks told of them when the campaign was handed in: nobody needs to ask again. */
export function amendedFound(
  { fediverseAccount, xAccount }: Campaign,
  fields: Readonly<Record<string, string>>,
  latest: ReadonlyMap<string, LatestReading>,
): FoundAccounts & { asked: AskedAccounts } {
  const found = (account: Account | null): FoundAccount | null => account && foundAgain(account, latest.get(account.id)?.count ?? null);
  const asked = (text: string): Asked => ({ text, website: fields['website'] ?? '', failure: null });
  return {
    fediverse: found(fediverseAccount),
    x: found(xAccount),
    asked: Object.fromEntries(
      ACCOUNT_KINDS.flatMap((kind) => {
        const text = accountText(fields, kind);
        return text === '' ? [] : [[kind, asked(text)]];
      }),
    ),
  };
}

function foundAgain(account: Account, followers: number | null): FoundAccount {
  const { network: id, handle, url, actorUri, remoteId, displayName, linksBack } = account;
  const named = { network: id, networkName: network(id).name, handle, url, actorUri, remoteId, displayName };
  return { ...named, picture: account.picture?.toString('base64') ?? null, followers, linksBack };
}
