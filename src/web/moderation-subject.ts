import { NotFoundException, ParseUUIDPipe } from '@nestjs/common';
import type { Request } from 'express';
import type { StaffMember } from '../identity/staffing.service.ts';
import type { Claims } from '../moderation/claims.service.ts';
import { field } from './respond.ts';

/** What the pages of a campaign, a report and a reading under review share. */

/** An id of a path; what is no id names nothing. */
export const SubjectId = new ParseUUIDPipe({ exceptionFactory: () => new NotFoundException() });

/** Claims or lets go where the form asks for it; false: the form asks for something else. */
export async function changedClaim(claims: Claims, request: Request, subjectId: string, by: StaffMember): Promise<boolean> {
  const form = field(request, 'form');
  // Somebody who was faster is shown on the page that follows.
  if (form === 'claim') await claims.claim(subjectId, by);
  else if (form === 'release') await claims.release(subjectId, by);
  else return false;
  return true;
}
