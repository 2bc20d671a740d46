import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { fail, ok, type Result } from '../domain/result.ts';
import { network } from '../networks/networks.ts';
import { Clock } from '../platform/clock.ts';
import { Account, type AccountState } from './account.entity.ts';
import type { FoundAccount } from './account-finder.service.ts';
import { Institution } from './institution.entity.ts';

export type InstitutionFacts = Pick<Institution, 'name' | 'country' | 'kind' | 'website' | 'wikidataId'>;

export type AccountTaken = { type: 'belongs-to-another'; institutionName: string };

/** Public bodies and their accounts, each kept once. */
@Injectable()
export class Institutions {
  constructor(private readonly clock: Clock) {}

  /**
   * The institution with this Wikidata id, or of this name in this country, made if there is none. Once one of its
   * accounts is being read, a moderator has let it through: from then on only what was missing is added.
   */
  async ensureInstitution(manager: EntityManager, facts: InstitutionFacts): Promise<Institution> {
    const name = facts.name.normalize('NFC').trim().replace(/\s+/gu, ' ');
    // Two campaigns submitted at once must not make the same institution twice.
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`institution ${facts.country}`]);
    const known = await this.findInstitution(manager, { ...facts, name });
    if (known === null) {
      const made = manager.create(Institution, { ...facts, name, id: newId(), createdAt: this.clock.now() });
      await manager.insert(Institution, made);
      return made;
    }
    const { kind, website, wikidataId } = facts;
    const typed = { kind, website: website ?? known.website, wikidataId: wikidataId ?? known.wikidataId };
    const missing = { website: known.website ?? website, wikidataId: known.wikidataId ?? wikidataId };
    const changes = (await isVouchedFor(manager, known)) ? missing : typed;
    await manager.update(Institution, { id: known.id }, changes);
    return Object.assign(known, changes);
  }

  /**
   * The institution's account with this handle, made if there is none, with what its network has just told of it.
   * A handle is one account in the whole fediverse, whichever software its server runs today.
   */
  async ensureAccount(
    manager: EntityManager,
    institution: Institution,
    found: FoundAccount,
    now: Date,
  ): Promise<Result<Account, AccountTaken>> {
    await this.insertUnlessKnown(manager, institution, found, now);
    const account = await this.findAccount(manager, found);
    if (account === null) throw new Error('The account that was just made is missing.');
    if (account.institution.id !== institution.id && isRead(account)) {
      return fail({ type: 'belongs-to-another', institutionName: account.institution.name });
    }
    // Nobody vouched for what was said of it before, so that a false name cannot keep an account for itself.
    const facts = { ...factsOf(found, account), institution };
    await manager.update(Account, { id: account.id }, facts);
    return ok(Object.assign(account, facts));
  }

  /** Two bodies of one name (towns, often) are told apart by their Wikidata ids. */
  private async findInstitution(
    manager: EntityManager,
    { name, country, wikidataId }: InstitutionFacts,
  ): Promise<Institution | null> {
    const same = wikidataId === null ? null : await manager.findOneBy(Institution, { wikidataId });
    if (same !== null) return same;
    const namesakes = manager
      .createQueryBuilder(Institution, 'institution')
      .where('lower(institution.name) = lower(:name) AND institution.country = :country', { name, country })
      .orderBy('institution.id');
    if (wikidataId !== null) namesakes.andWhere('institution.wikidataId IS NULL');
    return namesakes.getOne();
  }

  private async findAccount(manager: EntityManager, found: FoundAccount): Promise<Account | null> {
    const handleKey = found.handle.toLowerCase();
    const where = handleKey.includes('@') ? { handleKey } : { handleKey, network: found.network };
    return manager.findOne(Account, { where, relations: { institution: true } });
  }

  private async insertUnlessKnown(
    manager: EntityManager,
    institution: Institution,
    found: FoundAccount,
    now: Date,
  ): Promise<void> {
    if ((await this.findAccount(manager, found)) !== null) return;
    const unread = { nextReadingAt: null, triedAt: null };
    await manager
      .createQueryBuilder()
      .insert()
      .into(Account)
      .values({ ...factsOf(found, null), ...unread, id: newId(), institution, createdAt: now })
      .orIgnore()
      .execute();
  }
}

/** Whether a worker has been asked to read one of its accounts, which takes a moderator's approval. */
async function isVouchedFor(manager: EntityManager, { id }: Institution): Promise<boolean> {
  const accounts = await manager.find(Account, {
    select: { id: true, triedAt: true, nextReadingAt: true },
    where: { institution: { id } },
  });
  return accounts.some(isRead);
}

function isRead({ triedAt, nextReadingAt }: Pick<Account, 'triedAt' | 'nextReadingAt'>): boolean {
  return triedAt !== null || nextReadingAt !== null;
}

/**
 * A picture that could not be fetched this time does not take the last one away, and what a stranger's idea of the
 * website says about an account that is being read is not taken over.
 */
function factsOf(found: FoundAccount, known: Account | null) {
  const { network: id, handle, url, actorUri, displayName } = found;
  // A draft of an earlier version was kept without it.
  const remoteId = (found.remoteId as string | null | undefined) ?? null;
  // X is read by people, so an unknown count says nothing about the account.
  const state: AccountState = found.followers === null && actorUri !== null ? 'hidden' : 'ok';
  return {
    network: id,
    handle,
    handleKey: handle.toLowerCase(),
    url,
    actorUri,
    remoteId,
    home: network(id).home({ handle, actorUri, remoteId }),
    displayName,
    linksBack: known !== null && isRead(known) ? known.linksBack : found.linksBack,
    ...(found.picture === null ? {} : { picture: Buffer.from(found.picture, 'base64') }),
    state,
    failures: 0,
    retryAt: null,
    lastFailure: null,
  } satisfies Partial<Account>;
}
