import { Controller, Get, NotFoundException, Param, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { EvidenceStore } from '../readings/evidence.service.ts';
import { pictureName, sendEvidence } from './evidence.controller.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';

/** `/moderation/evidence/<id>.webp`: any screenshot, also of a number that waits. */
@Controller('/moderation/evidence')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationEvidenceController {
  constructor(private readonly evidence: EvidenceStore) {}

  @Get('/:file')
  async show(@Param('file') file: string, @Res() response: Response): Promise<void> {
    const name = pictureName(file);
    const picture = name && (await this.evidence.find(name.id));
    if (name === null || picture?.type !== name.type) throw new NotFoundException();
    sendEvidence(response, name.id, picture, 'no-store');
  }
}
