import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ReadingsFile } from '../readings/readings-file.service.ts';
import { Pages } from './pages.service.ts';

/** Numbers are for everyone to use, without conditions. */
const LICENCE = '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"';
/** As long as a page is kept: a download that lags behind its page would be taken for another truth. */
const CACHE = 'public, max-age=4';

@Controller()
export class DownloadsController {
  constructor(
    private readonly pages: Pages,
    private readonly readings: ReadingsFile,
  ) {}

  /**
   * Every reading that counts, as `readings import` takes it; with `?chain=1` all of them, as `readings verify` does.
   * Sent as it is read: there may be millions.
   */
  @Get('/c/:slug/readings.csv')
  async readingsFile(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const isChain = request.query['chain'] === '1';
    response
      .type('text/csv; charset=utf-8; header=present')
      .attachment(`${campaign.slug}-readings${isChain ? '-chain' : ''}.csv`)
      .set({ 'link': LICENCE, 'cache-control': CACHE, 'access-control-allow-origin': '*' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const accounts = [campaign.fediverseAccount, campaign.xAccount].flatMap((account) => account?.id ?? []);
    const everything = { from: null, to: null };
    const rows = isChain ? this.readings.exportChain(accounts) : this.readings.export(accounts, everything);
    await send(Readable.from(rows), response);
  }
}

/** Somebody who goes away in the middle of a download has done nothing wrong. */
async function send(file: Readable, response: Response): Promise<void> {
  try {
    await pipeline(file, response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
