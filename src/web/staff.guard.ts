import {
  Catch,
  ForbiddenException,
  Injectable,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { StaffRole } from '../identity/staff.entity.ts';
import { hasToken } from './csrf.ts';
import { seeOther } from './respond.ts';
import { staffOf } from './staff-session.ts';

/** Marks what only this role may do; without it, all of the staff may. */
export const OnlyFor = Reflector.createDecorator<StaffRole>();

const SAFE = new Set(['GET', 'HEAD']);

/** Thrown at a request that nobody is signed in for. */
export class SignInNeeded extends Error {}

/** Lets the staff pass, with the right role and, where something is changed, with the token of their session. */
@Injectable()
export class StaffGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const staff = staffOf(request);
    if (staff === undefined) throw new SignInNeeded();
    const role = this.reflector.getAllAndOverride(OnlyFor, [context.getHandler(), context.getClass()]);
    if (role !== undefined && staff.role !== role) throw new ForbiddenException();
    if (!SAFE.has(request.method) && !hasToken(request)) throw new ForbiddenException();
    return true;
  }
}

/** Sends whoever is not signed in to the sign-in page, which leads back. */
@Catch(SignInNeeded)
export class SignInRedirect implements ExceptionFilter<SignInNeeded> {
  catch(_needed: SignInNeeded, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const next = encodeURIComponent(request.originalUrl);
    seeOther(host.switchToHttp().getResponse<Response>(), `/signin?next=${next}`);
  }
}
