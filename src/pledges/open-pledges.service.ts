import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { handleText } from '../domain/handle.ts';
import { STANDING_STATES, type StandingState } from '../domain/pledge-lifecycle.ts';
import { KeyRing, stillCurrent } from '../platform/key-ring.ts';
import { tokenHash } from '../platform/secrets.ts';
import { openPerson, sealPerson, type Person } from './pledge-person.ts';
import { Pledge, type FollowState } from './pledge.entity.ts';

/** A pledge that stands, opened, with its campaign and the account to follow. */
export interface OpenPledge extends Pledge {
  state: StandingState;
  person: Person;
  /** `user@host`. */
  handle: string;
  host: string;
}

/** Pledges as whoever holds their private link sees them. */
@Injectable()
export class OpenPledges {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    const pledge = await this.database.getRepository(Pledge).findOne({
      where: { tokenHash: tokenHash(token), state: In([...STANDING_STATES]) },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } },
    });
    const person = pledge && (await openPerson(this.ring, pledge));
    if (pledge === null || person === null) return null;
    const state = pledge.state as StandingState;
    return Object.assign(pledge, { state, person, handle: handleText(person.handle), host: person.handle.host });
  }

  /** Keeps what the supporter's own server told of where to follow, unless the pledge became something else meanwhile. */
  async note(pledge: OpenPledge, followState: FollowState, followUrl: string | null): Promise<OpenPledge> {
    const { id, sealed } = pledge;
    const person = { ...pledge.person, followUrl };
    if (sealed === null) return pledge;
    const now = await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.ring);
      const values = { followState, sealed: sealPerson(keys, id, person) };
      await manager.update(Pledge, { id, sealed }, values);
      return values;
    });
    return Object.assign(pledge, now, { person });
  }
}
