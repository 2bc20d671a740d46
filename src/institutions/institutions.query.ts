import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { likeness, looksLike } from '../domain/likeness.ts';
import { Account } from './account.entity.ts';
import { Institution } from './institution.entity.ts';

export type DuplicateReason = 'same-account' | 'similar-name';

/** An institution that may be the one that somebody is about to add. */
export interface LikelyDuplicate {
  institution: { id: string; name: string; country: string; website: string | null };
  reasons: DuplicateReason[];
}

const SHOWN = 10;

/** What is known of institutions. */
@Injectable()
export class InstitutionsQuery {
  constructor(private readonly database: DataSource) {}

  /**
   * Institutions that are probably the same, most likely first: those with one of these accounts (canonical handles),
   * then those of the country with a name like this one.
   */
  async likelyDuplicates(asked: {
    name: string;
    country: string;
    handles: readonly string[];
  }): Promise<LikelyDuplicate[]> {
    const holders = await this.holdersOf(asked.handles);
    const compatriots = await this.database.getRepository(Institution).findBy({ country: asked.country });
    const alike = compatriots
      .filter(({ name }) => looksLike(name, asked.name))
      .sort((a, b) => likeness(b.name, asked.name) - likeness(a.name, asked.name));
    const duplicates = new Map<string, LikelyDuplicate>();
    const add = (reason: DuplicateReason) => (each: Institution) => {
      const { id, name, country, website } = each;
      const known = duplicates.get(id) ?? { institution: { id, name, country, website }, reasons: [] };
      duplicates.set(id, { ...known, reasons: [...known.reasons, reason] });
    };
    holders.forEach(add('same-account'));
    alike.forEach(add('similar-name'));
    return [...duplicates.values()].slice(0, SHOWN);
  }

  /** The account's picture as a PNG; null when there is none. */
  async picture(accountId: string): Promise<Buffer | null> {
    const account = await this.database
      .getRepository(Account)
      .findOne({ select: { id: true, picture: true }, where: { id: accountId } });
    return account?.picture ?? null;
  }

  /** Those of the accounts that have a picture. */
  async pictured(accountIds: readonly string[]): Promise<Set<string>> {
    const accounts = await this.database
      .getRepository(Account)
      .find({ select: { id: true }, where: { id: In(accountIds), picture: Not(IsNull()) } });
    return new Set(accounts.map(({ id }) => id));
  }

  private async holdersOf(handles: readonly string[]): Promise<Institution[]> {
    const accounts = await this.database.getRepository(Account).find({
      where: { handleKey: In(handles.map((handle) => handle.toLowerCase())) },
      relations: { institution: true },
    });
    return [...new Map(accounts.map(({ institution }) => [institution.id, institution])).values()];
  }
}
