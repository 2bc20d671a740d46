import { All, Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { SiteKey } from '../platform/site-key.ts';
import { refuse, sendDocument } from './documents.ts';
import { emptyOutbox, instanceActor, profilePageOf } from './instance-actor.ts';

const ACTIVITY_JSON = 'application/activity+json';
/** Ahead of HTML, so that whoever takes anything gets the actor. */
const OFFERED = [ACTIVITY_JSON, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"', 'application/json', 'text/html'];

/** The actor that signs, at `/actor`, for the servers that want to see its key. */
@Controller('/actor')
export class InstanceActorController {
  constructor(
    private readonly key: SiteKey,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl' | 'defaultLanguage'>,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { publicUrl, defaultLanguage } = this.config;
    response.vary('Accept');
    if (request.accepts(OFFERED) === 'text/html') return response.redirect(303, profilePageOf(publicUrl));
    const publicKeyPem = await this.key.publicKeyPem();
    sendDocument(response, ACTIVITY_JSON, instanceActor({ publicUrl, publicKeyPem, language: defaultLanguage }));
  }

  @Get('/outbox')
  outbox(@Res() response: Response): void {
    sendDocument(response, ACTIVITY_JSON, emptyOutbox(this.config.publicUrl));
  }

  /**
   * ActivityPub (5.2): servers that do not federate answer 405. Mastodon takes it for final and sends nothing again
   * (`response_error_unsalvageable?`), as it does not for 401, 408, 429 and most 5xx.
   */
  @All('/inbox')
  inbox(@Res() response: Response): void {
    response.set('allow', '');
    refuse(response, 405, 'This actor signs requests. It receives nothing.');
  }
}
