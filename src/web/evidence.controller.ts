import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { validate as isUuid } from 'uuid';
import { EvidenceStore, type EvidenceFile } from '../readings/evidence.service.ts';

/** A picture never changes; one that is taken away is gone for whoever has not seen it. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** `/evidence/<id>.webp`: a screenshot of a number that counts. */
@Controller('/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceStore) {}

  @Get('/:file')
  async show(@Param('file') file: string, @Res() response: Response): Promise<void> {
    const name = pictureName(file);
    const picture = name && (await this.evidence.shown(name.id));
    if (name === null || picture?.type !== name.type) throw new NotFoundException();
    sendEvidence(response, name.id, picture, FOR_GOOD);
  }
}

/** The id and type that a file's name tells; null for no name of a picture. */
export function pictureName(file: string): { id: string; type: string } | null {
  const [, id = '', type = ''] = /^([\w-]+)\.(\w+)$/.exec(file) ?? [];
  return isUuid(id) ? { id, type } : null;
}

/** Sends a picture that came from strangers: as nothing but a picture, and to no search engine. */
export function sendEvidence(response: Response, id: string, { type, bytes }: EvidenceFile, cacheControl: string): void {
  response
    .set({
      'cache-control': cacheControl,
      'content-type': `image/${type}`,
      'content-disposition': `inline; filename="${id}.${type}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-robots-tag': 'noindex',
    })
    .send(bytes);
}
