import { BadRequestException } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { ASSET_CACHE_CONTROL, findAsset } from '../platform/assets.ts';
import type { Config } from '../platform/config.ts';
import { requestSeconds } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.module.ts';
import { ErrorPages } from './error-pages.ts';
import { refuseOtherOrigins } from './same-origin.ts';
import { staffSession } from './staff-session.ts';

/** Forms are short; the longest field is a campaign's story. */
const BODY_LIMIT = '100kb';
/** `/c/:slug/embed`: the only page that other sites may frame. */
const EMBED = /^\/c\/[^/]+\/embed$/;
/**
 * `/c/:slug/share`, `/p/:token` with its answers and `/account/:token/bot` with its own: the only forms that lead to
 * other sites, people's own servers.
 */
const LEADS_OUT = /^\/(?:c\/[^/]+\/share|p\/[^/]+(?:\/[^/]+)?|account\/[^/]+\/bot(?:\/[^/]+)?)$/;

/** Everything that every request meets before its controller. */
export async function configureWeb(app: NestExpressApplication, platform: Platform): Promise<void> {
  // Caddy in front tells the client's address; nothing else on a private network is believed more than this.
  app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(measure, serveAssets, securityHeaders(platform.config), refuseNul);
  app.useBodyParser('urlencoded', { extended: false, limit: BODY_LIMIT, parameterLimit: 100 });
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.use(refuseOtherOrigins(platform.config.publicUrl));
  for (const handler of await staffSession(platform)) app.use(['/signin', '/signout', '/moderation'], handler);
  app.useGlobalFilters(new ErrorPages(platform));
}

/** Times what the page cache did not answer, by route and never by path. */
function measure(request: Request, response: Response, next: NextFunction): void {
  const stop = requestSeconds.startTimer();
  response.once('finish', () => {
    const route = (request.route as { path?: unknown } | undefined)?.path;
    stop({ method: request.method, route: typeof route === 'string' ? route : 'none', status: String(response.statusCode) });
  });
  next();
}

/** PostgreSQL keeps every character but this one, so that nothing can be found under it. */
function refuseNul(request: Request, _response: Response, next: NextFunction): void {
  next(request.url.includes('%00') ? new BadRequestException() : undefined);
}

function serveAssets(request: Request, response: Response, next: NextFunction): void {
  const asset = request.method === 'GET' || request.method === 'HEAD' ? findAsset(request.path) : null;
  if (asset === null) return next();
  const encoding = request.acceptsEncodings('br', 'gzip');
  const body = encoding === 'br' ? asset.brotli : encoding === 'gzip' ? asset.gzip : asset.body;
  if (encoding !== false) response.setHeader('content-encoding', encoding);
  response
    .set({
      'content-type': asset.type,
      'cache-control': ASSET_CACHE_CONTROL,
      'vary': 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    })
    .send(body);
}

function securityHeaders({ publicUrl, privateNetwork }: Config) {
  const https = publicUrl.startsWith('https:');
  // In the simulated fediverse, people's own servers are on loopback.
  const elsewhere = typeof privateNetwork === 'string' ? ['https:'] : ['https:', 'http:'];
  const headersFor = (framed: boolean, formsLeadTo: string[]) =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'style-src': ["'self'"],
          'script-src': ["'self'"],
          'connect-src': ["'self'"],
          'img-src': ["'self'", 'data:'],
          'form-action': ["'self'", ...formsLeadTo],
          'base-uri': ["'none'"],
          'frame-ancestors': [framed ? '*' : "'none'"],
        },
      },
      xFrameOptions: framed ? false : { action: 'deny' },
      referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
      strictTransportSecurity: https,
      crossOriginResourcePolicy: { policy: 'cross-origin' },
      crossOriginOpenerPolicy: https,
      originAgentCluster: false,
    });
  const [own, framed, leading] = [headersFor(false, []), headersFor(true, []), headersFor(false, elsewhere)];
  return (request: Request, response: Response, next: NextFunction): void => {
    const headers = EMBED.test(request.path) ? framed : LEADS_OUT.test(request.path) ? leading : own;
    headers(request, response, next);
  };
}
