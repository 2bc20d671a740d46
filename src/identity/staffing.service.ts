import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import { SignInLink } from './sign-in-link.entity.ts';
import { Staff, type StaffRole } from './staff.entity.ts';
import { staffName } from './staff-name.ts';

/** A person of the staff without what only sign-in may read. */
export interface StaffMember {
  id: string;
  name: string;
  role: StaffRole;
  createdAt: Date;
  disabledAt: Date | null;
  /** False until the person has chosen a password through a link. */
  hasPassword: boolean;
}

/** The token goes to `/signin/link/<token>`, works once and for a day. */
export interface IssuedLink {
  staff: StaffMember;
  token: string;
}

type UnknownName = { type: 'unknown-name' };

const LINK_LIFE = DAY;

/** Who may sign in, managed from the command line and by admins. */
@Injectable()
export class Staffing {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Adds a person with a first link; names are compared without case. */
  async add(typedName: string, role: StaffRole): Promise<Result<IssuedLink, { type: 'bad-name' } | { type: 'name-taken' }>> {
    const name = staffName(typedName);
    if (name === null) return fail({ type: 'bad-name' });
    return this.database.transaction(async (manager) => {
      const now = this.clock.now();
      const row = { id: newId(), name, role, passwordHash: null, createdAt: now, disabledAt: null };
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(Staff)
        .values(row)
        .orIgnore()
        .returning('id')
        .execute();
      if ((inserted.raw as unknown[]).length === 0) return fail({ type: 'name-taken' });
      return ok({ staff: memberOf(row), token: await this.newLink(manager, row.id) });
    });
  }

  /** Everyone, by name, those who may no longer sign in included. */
  async list(): Promise<StaffMember[]> {
    const staff = await this.database.getRepository(Staff).find({ order: { name: 'ASC' } });
    return staff.map(memberOf);
  }

  async setRole(name: string, role: StaffRole): Promise<Result<StaffMember, UnknownName>> {
    return this.change(name, { role });
  }

  /** A new link to choose a password anew; links issued before stop working. */
  async issueLink(name: string): Promise<Result<IssuedLink, UnknownName | { type: 'disabled' }>> {
    return this.database.transaction(async (manager) => {
      const staff = await manager.findOneBy(Staff, { name: staffName(name) ?? '' });
      if (staff === null) return fail({ type: 'unknown-name' });
      if (staff.disabledAt !== null) return fail({ type: 'disabled' });
      await manager.delete(SignInLink, { staff: { id: staff.id }, usedAt: IsNull() });
      return ok({ staff: memberOf(staff), token: await this.newLink(manager, staff.id) });
    });
  }

  /** Ends the person's sessions at their next request, and their links. Their decisions keep their name. */
  async disable(name: string): Promise<Result<StaffMember, UnknownName>> {
    return this.change(name, { disabledAt: this.clock.now() });
  }

  async enable(name: string): Promise<Result<StaffMember, UnknownName>> {
    return this.change(name, { disabledAt: null });
  }

  private async change(
    name: string,
    fields: { role: StaffRole } | { disabledAt: Date | null },
  ): Promise<Result<StaffMember, UnknownName>> {
    return this.database.transaction(async (manager) => {
      const staff = await manager.findOneBy(Staff, { name: staffName(name) ?? '' });
      if (staff === null) return fail({ type: 'unknown-name' });
      return ok(memberOf(await manager.save(Object.assign(staff, fields))));
    });
  }

  private async newLink(manager: EntityManager, staffId: string): Promise<string> {
    const token = newToken();
    const expiresAt = new Date(this.clock.now().getTime() + LINK_LIFE);
    await manager.insert(SignInLink, {
      id: newId(),
      staff: { id: staffId },
      tokenHash: tokenHash(token),
      expiresAt,
      usedAt: null,
    });
    return token;
  }
}

/** What may be shown of a row. */
export function memberOf(staff: Staff): StaffMember {
  const { id, name, role, createdAt, disabledAt, passwordHash } = staff;
  return { id, name, role, createdAt, disabledAt, hasPassword: passwordHash !== null };
}
