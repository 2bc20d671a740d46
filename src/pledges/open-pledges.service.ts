import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { handleText } from '../domain/handle.ts';
import { STANDING_STATES, type StandingState } from '../domain/pledge-lifecycle.ts';
import { isCurrent, KeyRing } from '../platform/key-ring.ts';
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

/** One statement, since as many look at their page at once as come to the campaign. */
const NOTE = `UPDATE pledge SET follow_state = $3, sealed = $4 WHERE id = $1 AND sealed = $2 AND ${isCurrent('$5')}`;

/** Pledges as whoever holds their private link sees them. */
@Injectable()
export class OpenPledges {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    // A token is one pledge's: `findOne` would ask twice, first for its id.
    const [pledge] = await this.database.getRepository(Pledge).find({
      where: { tokenHash: tokenHash(token), state: In([...STANDING_STATES]) },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } },
    });
    const person = pledge === undefined ? null : await openPerson(this.ring, pledge);
    if (pledge === undefined || person === null) return null;
    const state = pledge.state as StandingState;
    return Object.assign(pledge, { state, person, handle: handleText(person.handle), host: person.handle.host });
  }

  /**
   * Keeps what the supporter's own server told of where to follow, unless the pledge or the site's keys became others
   * meanwhile: the server is asked again then.
   */
  async note(pledge: OpenPledge, followState: FollowState, followUrl: string | null): Promise<OpenPledge> {
    const { id, sealed } = pledge;
    const person = { ...pledge.person, followUrl };
    const keys = await this.ring.keys();
    const anew = sealPerson(keys, id, person);
    await this.database.query(NOTE, [id, sealed, followState, anew, keys.current.id]);
    return Object.assign(pledge, { followState, sealed: anew, person });
  }
}
