import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from './project-root.ts';

/** A public file in memory, under a URL that changes with its content. */
export type Asset = {
  /** Path of the URL, `/assets/<name>.<hash>.<extension>`: may be cached for good. */
  readonly url: string;
  readonly type: string;
  readonly body: Buffer;
  readonly brotli: Buffer;
  readonly gzip: Buffer;
};

/** The header to send with every asset: its URL never serves anything else. */
export const ASSET_CACHE_CONTROL = 'public, max-age=31536000, immutable';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const assetsByName = readAssets();
const assetsByUrl = new Map([...assetsByName.values()].map((asset) => [asset.url, asset]));

/** The URL path of a file of `public/`; an unknown name is a bug and throws. */
export function assetUrl(name: string): string {
  const asset = assetsByName.get(name);
  if (!asset) throw new Error(`There is no public/${name}.`);
  return asset.url;
}

/** The asset behind a URL path, or null when there is none (any more). */
export function findAsset(urlPath: string): Asset | null {
  return assetsByUrl.get(urlPath) ?? null;
}

function readAssets(): ReadonlyMap<string, Asset> {
  const folder = join(PROJECT_ROOT, 'public');
  return new Map(
    readdirSync(folder)
      .filter((name) => extname(name) in TYPES)
      .map((name) => [name, createAsset(name, readFileSync(join(folder, name)))]),
  );
}

function createAsset(name: string, body: Buffer): Asset {
  const extension = extname(name);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return {
    url: `/assets/${name.slice(0, -extension.length)}.${hash}${extension}`,
    type: TYPES[extension] ?? 'application/octet-stream',
    body,
    brotli: brotliCompressSync(body),
    gzip: gzipSync(body),
  };
}
