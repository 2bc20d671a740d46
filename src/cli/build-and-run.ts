/**
 * What the npm scripts call: builds if a source is newer than the last build, then runs the built program in this same
 * process, so that signals and exit codes are its own. Node strips the types from this file, hence nothing but Node's
 * own modules here.
 *
 *   node src/cli/build-and-run.ts <entry below dist/src> [arguments]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILD_RECORD = join(ROOT, 'dist', '.tsbuildinfo');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const SOURCES = ['src', 'migrations'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Of files and folders: a folder's time tells that something in it was removed. */
function newestSource(): number {
  const times = SETTINGS.filter((name) => existsSync(join(ROOT, name))).map((name) => statSync(join(ROOT, name)).mtimeMs);
  for (const folder of SOURCES) {
    const path = join(ROOT, folder);
    times.push(statSync(path).mtimeMs);
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.test.ts')) times.push(statSync(join(path, name)).mtimeMs);
    }
  }
  return Math.max(...times);
}

function isStale(): boolean {
  return !existsSync(BUILD_RECORD) || newestSource() > statSync(BUILD_RECORD).mtimeMs;
}

/** What was built from files that are gone would still be found by whatever lists its folder. */
function removeOrphans(): void {
  for (const folder of SOURCES) {
    const built = join(ROOT, 'dist', folder);
    for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
      const source = name.replace(/\.js(\.map)?$/, '.ts');
      if (source !== name && !existsSync(join(ROOT, folder, source))) rmSync(join(built, name));
    }
  }
}

function build(): boolean {
  const began = new Date();
  process.stderr.write(`${words().building}\n`);
  const built = spawnSync(process.execPath, [COMPILER, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  const succeeded = built.status === 0;
  if (succeeded) removeOrphans();
  // The compiler's own record may look newer than sources that it refused, and older than ones it found unchanged.
  if (existsSync(BUILD_RECORD)) utimesSync(BUILD_RECORD, began, succeeded ? began : new Date(0));
  return succeeded;
}

interface Words {
  building: string;
  build_failed: string;
  not_built: string;
}

function words(): Words {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const language = /^fr/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'fr' : 'en';
  return JSON.parse(readFileSync(join(ROOT, 'locales', language, 'cli.json'), 'utf8')) as Words;
}

async function run(entry: string, given: readonly string[]): Promise<void> {
  // A released image brings the build and no compiler.
  if (existsSync(COMPILER) && isStale() && !build()) return stop(words().build_failed);
  const program = join(ROOT, 'dist', 'src', `${entry}.js`);
  if (!existsSync(program)) return stop(words().not_built);
  process.argv = [process.execPath, program, ...given];
  await import(pathToFileURL(program).href);
}

function stop(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

const [, , entry = 'main', ...given] = process.argv;
await run(entry, given);
