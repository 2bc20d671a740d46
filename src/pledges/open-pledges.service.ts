import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { handleText } from '../domain/handle.ts';
import { STANDING_STATES, type StandingState } from '../domain/pledge-lifecycle.ts';
import { isCurrent, KeyRing } from '../platform/key-ring.ts';
import { tokenHash } from '../platform/secrets.ts';
import { PledgeInvitation } from './pledge-invitation.entity.ts';
import { openPerson, sealPerson, type Person } from './pledge-person.ts';
import { Pledge, type FollowState } from './pledge.entity.ts';

/** A pledge that stands, opened, with its campaign and the account to follow. */
export interface OpenPledge extends Pledge {
  state: StandingState;
  /** Null: its author never asked for a link of their own. */
  invitation: PledgeInvitation | null;
  person: Person;
  /** `user@host`. */
  handle: string;
  host: string;
}

const NOTE = `UPDATE pledge SET follow_state = $3, sealed = $4 WHERE id = $1 AND sealed = $2 AND ${isCurrent('$5')}`;

/** Pledges as whoever holds their private link sees them: one statement each, as thousands open theirs within minutes. */
@Injectable()
export class OpenPledges {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    const pledge = await this.database
      .createQueryBuilder(Pledge, 'pledge')
      .innerJoinAndSelect('pledge.campaign', 'campaign')
      .innerJoinAndSelect('campaign.institution', 'institution')
      .leftJoinAndSelect('campaign.fediverseAccount', 'fediverse')
      .leftJoinAndSelect('campaign.xAccount', 'x')
      .leftJoinAndMapOne('pledge.invitation', PledgeInvitation, 'invitation', 'invitation.pledge = pledge.id')
      .where({ tokenHash: tokenHash(token), state: In([...STANDING_STATES]) })
      .getOne();
    const person = pledge && (await openPerson(this.ring, pledge));
    if (pledge === null || person === null) return null;
    const { state, invitation = null } = pledge as Pledge & Pick<OpenPledge, 'state' | 'invitation'>;
    return Object.assign(pledge, { state, invitation, person, handle: handleText(person.handle), host: person.handle.host });
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
