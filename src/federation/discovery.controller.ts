import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { refuse, sendDocument } from './documents.ts';
import { NODEINFO_TYPE, nodeInfoDocument, nodeInfoLinks } from './nodeinfo-document.ts';
import { webFingerAnswer } from './webfinger-answer.ts';

/**
 * Where other servers look first: WebFinger and NodeInfo. There is no host-meta, which only tells where WebFinger is
 * when it is not where everybody looks.
 */
@Controller()
export class DiscoveryController {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>) {}

  @Get('/.well-known/webfinger')
  webfinger(@Req() request: Request, @Res() response: Response): void {
    const { resource, rel } = request.query;
    response.set('access-control-allow-origin', '*');
    if (typeof resource !== 'string' || resource === '') return refuse(response, 400, 'Which resource? One, please.');
    const rels = [rel ?? []].flat().filter((each) => typeof each === 'string');
    const answer = webFingerAnswer(resource, rels, this.config.publicUrl);
    if (answer === null) return refuse(response, 404, 'There is no such resource here.');
    sendDocument(response, 'application/jrd+json', answer);
  }

  @Get('/.well-known/nodeinfo')
  nodeInfoLinks(@Res() response: Response): void {
    sendDocument(response, 'application/json', nodeInfoLinks(this.config.publicUrl));
  }

  @Get('/nodeinfo/2.1')
  nodeInfo(@Res() response: Response): void {
    sendDocument(response, NODEINFO_TYPE, nodeInfoDocument());
  }
}
