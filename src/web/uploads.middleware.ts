import { HttpException, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { readMultipart } from './sent-form.ts';
import { staffOf } from './staff-session.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Each may hold as much memory as a file may have. */
const MOST_AT_ONCE = 16;
/** More than one: a class may sit behind one address. */
const MOST_OF_ONE = 3;

/** Reads forms with a file before their guard and controller, as others are read: few at a time, and of nobody too many. */
@Injectable()
export class Uploads implements NestMiddleware {
  private readonly underWay = new Map<string, number>();

  constructor(private readonly limits: VisitorLimits) {}

  async use(request: Request, _response: Response, next: NextFunction): Promise<void> {
    const forStaff = request.originalUrl.startsWith('/moderation');
    // The guard sends whoever is not signed in away: their file is not even looked at.
    if (forStaff && staffOf(request) === undefined) return next();
    if (!forStaff) await this.limits.take('tellReading', request);
    if (request.is('multipart/form-data')) await this.read(request);
    next();
  }

  private async read(request: Request): Promise<void> {
    const from = request.ip ?? '';
    const own = this.underWay.get(from) ?? 0;
    const all = [...this.underWay.values()].reduce((sum, each) => sum + each, 0);
    if (own >= MOST_OF_ONE || all >= MOST_AT_ONCE) throw new HttpException('Too many files at once', 503);
    this.underWay.set(from, own + 1);
    try {
      const read = await readMultipart(request);
      if (!read.ok) throw new HttpException('The form cannot be read', read.error.status);
    } finally {
      const left = (this.underWay.get(from) ?? 1) - 1;
      if (left === 0) this.underWay.delete(from);
      else this.underWay.set(from, left);
    }
  }
}
