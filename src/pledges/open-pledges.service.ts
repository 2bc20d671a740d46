import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { handleText } from '../domain/handle.ts';
import { STANDING_STATES, type StandingState } from '../domain/pledge-lifecycle.ts';
import { Account } from '../institutions/account.entity.ts';
import { Institution } from '../institutions/institution.entity.ts';
import { isCurrent, KeyRing } from '../platform/key-ring.ts';
import { Prepared, Selected, type Row } from '../platform/prepared.ts';
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

const NOTE = new Prepared(
  `UPDATE pledge SET follow_state = $3, sealed = $4 WHERE id = $1 AND sealed = $2 AND ${isCurrent('$5')}`,
);

/** Pledges as whoever holds their private link sees them: one statement each, as thousands open theirs within minutes. */
@Injectable()
export class OpenPledges {
  private readonly selected;
  private readonly statement: Prepared;

  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {
    this.selected = {
      pledge: new Selected(database, Pledge, 'pledge'),
      campaign: new Selected(database, Campaign, 'campaign'),
      institution: new Selected(database, Institution, 'institution'),
      fediverse: new Selected(database, Account, 'fediverse'),
      x: new Selected(database, Account, 'x'),
      invitation: new Selected(database, PledgeInvitation, 'invitation'),
    };
    this.statement = new Prepared(`
      SELECT ${Object.values(this.selected).map(({ columns }) => columns).join(', ')}
      FROM pledge
      JOIN campaign ON campaign.id = pledge.campaign_id
      JOIN institution ON institution.id = campaign.institution_id
      LEFT JOIN account fediverse ON fediverse.id = campaign.fediverse_account_id
      LEFT JOIN account x ON x.id = campaign.x_account_id
      LEFT JOIN pledge_invitation invitation ON invitation.pledge_id = pledge.id
      WHERE pledge.token_hash = $1 AND pledge.state = ANY($2)`);
  }

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    const [row] = await this.statement.rows(this.database, [tokenHash(token), STANDING_STATES]);
    if (row === undefined) return null;
    const pledge = this.pledgeOf(row);
    const person = await openPerson(this.ring, pledge);
    if (person === null) return null;
    return Object.assign(pledge, { person, handle: handleText(person.handle), host: person.handle.host });
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
    await NOTE.rows(this.database, [id, sealed, followState, anew, keys.current.id]);
    return Object.assign(pledge, { followState, sealed: anew, person });
  }

  private pledgeOf(row: Row): Omit<OpenPledge, 'person' | 'handle' | 'host'> {
    const { pledge, campaign, institution, fediverse, x, invitation } = this.selected;
    const accounts = { fediverseAccount: fediverse.maybeOf(row), xAccount: x.maybeOf(row) };
    const dare = Object.assign(campaign.of(row), { institution: institution.of(row), ...accounts });
    const standing = pledge.of(row) as Pledge & Pick<OpenPledge, 'state'>;
    return Object.assign(standing, { campaign: dare, invitation: invitation.maybeOf(row) });
  }
}
