import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { MINUTE } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { tokenHash } from '../platform/secrets.ts';
import { AddressKeys } from '../platform/address-keys.ts';
import { hashPassword, isPassword } from './password-hash.ts';
import { passwordProblem, type PasswordProblem } from './password-rules.ts';
import { SignInLink } from './sign-in-link.entity.ts';
import { Staff } from './staff.entity.ts';
import { staffName } from './staff-name.ts';
import { memberOf, type StaffMember } from './staffing.service.ts';
import { Throttle, type TooMany } from '../platform/throttle.ts';

export type SignInFailure = { type: 'wrong' } | TooMany | { type: 'disabled' };

/** Why a link opens nothing: never issued or replaced by a newer one, used already, over its time, or its owner left. */
export type LinkFailure = { type: 'unknown' } | { type: 'used' } | { type: 'expired' } | { type: 'disabled' };

/** What a session keeps: it ends when the person is disabled or chooses another password. */
export interface SignedIn {
  id: string;
  stamp: string;
}

const WINDOW = 15 * MINUTE;

/** Letting the staff in: by a one-time link to choose a password, then by name and password. */
@Injectable()
export class SignIn {
  private readonly addressKeys = new AddressKeys();
  private readonly triesByName = new Throttle({ tries: 10, milliseconds: WINDOW });
  private readonly triesByAddress = new Throttle({ tries: 20, milliseconds: WINDOW });

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks a password. An unknown name fails like a wrong password and takes as long; whoever is disabled learns it
   * only with the right password. `address` is the network address of who asks, kept nowhere.
   */
  async check(typedName: string, password: string, address: string): Promise<Result<StaffMember, SignInFailure>> {
    const now = this.clock.now();
    const name = staffName(typedName) ?? '';
    const addressTaken = await this.triesByAddress.take(this.addressKeys.keyOf(address, now), now);
    if (!addressTaken.ok) return addressTaken;
    const nameTaken = await this.triesByName.take(name, now);
    if (!nameTaken.ok) return nameTaken;

    const staff = await this.database.getRepository(Staff).findOneBy({ name });
    if (!(await isPassword(password, staff?.passwordHash ?? null)) || staff === null) return fail({ type: 'wrong' });
    await this.triesByName.forget(name, now);
    return staff.disabledAt === null ? ok(memberOf(staff)) : fail({ type: 'disabled' });
  }

  /** Whose link it is; looking at a link does not use it. */
  async openLink(token: string): Promise<Result<StaffMember, LinkFailure>> {
    const link = await this.database
      .getRepository(SignInLink)
      .findOne({ where: { tokenHash: tokenHash(token) }, relations: { staff: true } });
    if (link === null) return fail({ type: 'unknown' });
    if (link.usedAt !== null) return fail({ type: 'used' });
    if (link.expiresAt <= this.clock.now()) return fail({ type: 'expired' });
    return link.staff.disabledAt === null ? ok(memberOf(link.staff)) : fail({ type: 'disabled' });
  }

  /** Uses the link up for a new password; a password that will not do leaves the link as it was. */
  async choosePassword(token: string, password: string): Promise<Result<StaffMember, LinkFailure | PasswordProblem>> {
    const opened = await this.openLink(token);
    if (!opened.ok) return opened;
    const problem = passwordProblem(password, opened.value.name);
    if (problem !== null) return fail(problem);
    const passwordHash = await hashPassword(password);
    return this.database.transaction(async (manager) => {
      const now = this.clock.now();
      const unused = { tokenHash: tokenHash(token), usedAt: IsNull(), expiresAt: MoreThan(now) };
      const used = await manager.update(SignInLink, unused, { usedAt: now });
      if (used.affected !== 1) return fail({ type: 'used' });
      const staff = await manager.findOneByOrFail(Staff, { id: opened.value.id });
      return ok(memberOf(await manager.save(Object.assign(staff, { passwordHash }))));
    });
  }

  /** What a new session of this person keeps. */
  async sessionOf(staffId: string): Promise<SignedIn> {
    const staff = await this.database.getRepository(Staff).findOneByOrFail({ id: staffId });
    return { id: staff.id, stamp: stampOf(staff) };
  }

  /** Who holds the session, null when it has ended. */
  async resume(session: SignedIn): Promise<StaffMember | null> {
    const staff = await this.database.getRepository(Staff).findOneBy({ id: session.id });
    if (staff === null || staff.disabledAt !== null || stampOf(staff) !== session.stamp) return null;
    return memberOf(staff);
  }
}

/** Changes with the password and tells nothing about it. */
function stampOf(staff: Staff): string {
  return tokenHash(`session ${staff.passwordHash ?? ''}`).slice(0, 22);
}
