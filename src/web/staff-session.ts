import connectPgSimple from 'connect-pg-simple';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { HOUR } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { SignIn, type SignedIn, type SignInFailure } from '../identity/sign-in.service.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { poolOf } from '../platform/database.ts';
import type { Platform } from '../platform/platform.module.ts';
import { siteSecret } from '../platform/secrets.ts';

/** How the staff's pages let people in and out; found by {@link staffDoor}. */
export interface StaffDoor {
  /** Checks the fields `name` and `password` and starts a session. */
  signIn(request: Request, response: Response): Promise<Result<StaffMember, SignInFailure>>;
  /** Starts a session for someone who is known already. */
  letIn(request: Request, staff: StaffMember): Promise<void>;
  letOut(request: Request, response: Response): Promise<void>;
}

const DOOR = 'door';
const SESSION_LIFE = 12 * HOUR;
const PRUNE_SECONDS = 15 * 60;

/**
 * Handlers for the staff's paths alone, since no other page may carry a cookie. There is none before sign-in either:
 * a session begins, under a new name, when somebody signs in.
 */
export async function staffSession(platform: Pick<Platform, 'dataSource' | 'config' | 'clock' | 'log'>): Promise<RequestHandler[]> {
  const secret = platform.config.sessionSecret ?? (await siteSecret(platform.dataSource, 'session'));
  const secure = platform.config.publicUrl.startsWith('https:');
  const cookieName = secure ? '__Host-staff' : 'staff';
  const people = new passport.Passport();
  const signIn = new SignIn(platform.dataSource, platform.clock);
  people.use(localStrategy(signIn));
  people.serializeUser<SignedIn>((staff, done) => settle(signIn.sessionOf((staff as StaffMember).id), done));
  people.deserializeUser<SignedIn>((signedIn, done) => settle(signIn.resume(signedIn), done));
  const door = createDoor(people, cookieName);
  return [
    ...(secure ? [believePublicUrl] : []),
    session({
      store: sessionStore(platform),
      name: cookieName,
      secret,
      resave: false,
      saveUninitialized: false,
      rolling: true,
      proxy: true,
      cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: SESSION_LIFE },
    }),
    people.session() as RequestHandler,
    (_request, response, next) => {
      response.locals[DOOR] = door;
      next();
    },
  ];
}

/** Who is signed in; undefined for everyone else, and outside of the staff's paths. */
export function staffOf(request: Request): StaffMember | undefined {
  return request.user as StaffMember | undefined;
}

export function staffDoor(response: Response): StaffDoor {
  return response.locals[DOOR] as StaffDoor;
}

/** People come by https as the configuration says, even where the proxy in front forgets to tell. */
const believePublicUrl: RequestHandler = (request, _response, next) => {
  request.headers['x-forwarded-proto'] ??= 'https';
  next();
};

function sessionStore({ dataSource, log }: Pick<Platform, 'dataSource' | 'log'>): session.Store {
  const PgStore = connectPgSimple(session);
  return new PgStore({
    pool: poolOf(dataSource),
    tableName: 'session',
    pruneSessionInterval: PRUNE_SECONDS,
    errorLog: (...details: unknown[]) => log.error({ err: details.find((detail) => detail instanceof Error) }, 'sessions'),
  });
}

function localStrategy(signIn: SignIn): LocalStrategy {
  return new LocalStrategy(
    { usernameField: 'name', passwordField: 'password', passReqToCallback: true },
    (request, name, password, done) => {
      signIn.check(name, password, request.ip ?? '').then(
        (checked) => (checked.ok ? done(null, checked.value) : done(null, false, checked.error as never)),
        done,
      );
    },
  );
}

function createDoor(people: passport.Authenticator, cookieName: string): StaffDoor {
  const letIn = (request: Request, staff: StaffMember): Promise<void> =>
    new Promise((settled, reject) => request.logIn(staff, (error?: Error) => (error ? reject(error) : settled())));
  return {
    letIn,
    async signIn(request, response) {
      const checked = await authenticate(people, request, response);
      if (checked.ok) await letIn(request, checked.value);
      return checked;
    },
    async letOut(request, response) {
      await new Promise<void>((settled, reject) =>
        request.session.destroy((error?: Error) => (error ? reject(error) : settled())),
      );
      response.clearCookie(cookieName, { path: '/' });
    },
  };
}

function authenticate(people: passport.Authenticator, request: Request, response: Response): Promise<Result<StaffMember, SignInFailure>> {
  return new Promise((settled, reject) => {
    const decide: passport.AuthenticateCallback = (error: Error | null, staff, failure) => {
      if (error) reject(error);
      else if (staff) settled(ok(staff as StaffMember));
      else settled(fail(isFailure(failure) ? failure : { type: 'wrong' }));
    };
    const handler = people.authenticate('local', decide) as RequestHandler;
    void handler(request, response, reject);
  });
}

/** The strategy itself answers an empty field, with a message of its own. */
function isFailure(info: unknown): info is SignInFailure {
  return typeof info === 'object' && info !== null && 'type' in info;
}

function settle<T>(work: Promise<T | null>, done: (error: unknown, value?: never) => void): void {
  // Passport's types know no `false` for a session that has ended.
  work.then((value) => done(null, (value ?? false) as never), done);
}
