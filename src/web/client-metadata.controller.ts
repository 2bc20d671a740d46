import { Controller, Get, NotFoundException, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ServerApps } from '../identity/server-apps.service.ts';
import { blueskyClientMetadata, canAskOnBluesky, CLIENT_METADATA_PATH } from '../networks/sign-in/bluesky-client.ts';

/** How this site describes itself to servers on which nobody registers (OAuth Client ID Metadata Document). */
@Controller()
export class ClientMetadataController {
  constructor(private readonly apps: ServerApps) {}

  @Get(CLIENT_METADATA_PATH)
  metadata(@Res() response: Response): void {
    const site = this.apps.blueskySite;
    if (!canAskOnBluesky(site)) throw new NotFoundException();
    response.set('cache-control', 'public, max-age=600').json(blueskyClientMetadata(site));
  }
}
