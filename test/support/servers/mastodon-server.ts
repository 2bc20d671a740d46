import { createHash, randomBytes } from 'node:crypto';
import { Posts } from './mastodon-posts.ts';
import { escape, follow, handleOf, html, json, newPerson, redirect, textField, type Answer, type Asked, type Person, type TestServer, type TestWorld } from './world.ts';

/** What differs between the servers that speak Mastodon's API. */
export interface MastodonKind {
  readonly software: string;
  readonly version: string;
  /** `/.well-known/oauth-authorization-server` (Mastodon ≥ 4.3). */
  readonly discovery: boolean;
  /** Knows the scope `profile`. */
  readonly profile: boolean;
  readonly userinfo: boolean;
  readonly pkce: boolean;
  /** Tells the ActivityPub id of an account. */
  readonly uri: boolean;
  /** Takes any scope, and gives what the words `read`, `write`, `follow` in it allow (Friendica). */
  readonly scopesByWord: boolean;
  /** `state` comes back when somebody denies. */
  readonly denyKeepsState: boolean;
  /** Answers an Idempotency-Key of the last hour with the status that it made. */
  readonly keepsKeys: boolean;
}

const MASTODON: MastodonKind = { software: 'mastodon', version: '4.5.0', discovery: true, profile: true, userinfo: true, pkce: true, uri: true, scopesByWord: false, denyKeepsState: true, keepsKeys: true };
export const KINDS = {
  mastodon: MASTODON,
  mastodon42: { ...MASTODON, version: '4.2.10', discovery: false, profile: false, userinfo: false, pkce: false },
  hollo: { ...MASTODON, software: 'hollo', version: '0.10.0', userinfo: false, uri: false, denyKeepsState: false },
  gotosocial: { ...MASTODON, software: 'gotosocial', version: '0.20.0', discovery: false, userinfo: false, pkce: false, keepsKeys: false },
  pleroma: { ...MASTODON, software: 'pleroma', version: '2.7.0', discovery: false, profile: false, userinfo: false, pkce: false, uri: false },
  pixelfed: { ...MASTODON, software: 'pixelfed', version: '0.12.4', discovery: false, profile: false, userinfo: false, pkce: false, uri: false, keepsKeys: false },
  friendica: { ...MASTODON, software: 'friendica', version: '2024.12-1571', discovery: false, profile: false, userinfo: false, pkce: false, uri: false, scopesByWord: true },
} satisfies Record<string, MastodonKind>;
const WORDS = ['read', 'write', 'follow', 'push'];

interface App {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

interface Code {
  readonly app: App;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly challenge: string;
  readonly expiresAt: number;
}

/** `person` is null for a token of the application itself. */
interface Token {
  readonly app: App;
  readonly person: Person | null;
  readonly scopes: readonly string[];
}

const CODE_LIFE = 10 * 60_000;
const REGISTRATIONS = 5;
const SCOPES = ['read', 'write', 'follow', 'push', 'read:accounts', 'read:search', 'read:follows', 'write:follows', 'write:statuses', 'write:media'];

export class MastodonServer implements TestServer {
  readonly people: Person[] = [];
  readonly apps = new Map<string, App>();
  readonly tokens = new Map<string, Token>();
  readonly revoked: string[] = [];
  /** Whose browser it is. */
  signedIn: Person | null = null;
  followLimit = Infinity;
  /** Answers that take the place of the real ones, by path. */
  readonly instead = new Map<string, (asked: Asked) => Answer>();
  readonly posts: Posts;
  private readonly codes = new Map<string, Code>();
  private registrations = 0;

  constructor(
    private readonly world: TestWorld,
    readonly host: string,
    readonly kind: MastodonKind = MASTODON,
    readonly accountDomain = host,
  ) {
    this.posts = new Posts(world, host, kind.keepsKeys);
  }

  /** A token as its settings page gives it to somebody who programs. */
  giveToken(person: Person, scopes: readonly string[]): string {
    const token = secret();
    const app = { name: 'Mine', clientId: secret(), clientSecret: secret(), redirectUri: 'urn:ietf:wg:oauth:2.0:oob', scopes };
    this.tokens.set(token, { app, person, scopes });
    return token;
  }

  addPerson(user: string): Person {
    const person = newPerson(this, user, 'ap/users');
    this.people.push(person);
    this.signedIn ??= person;
    return person;
  }

  /** Before 4.3, Mastodon swept applications away that had no token left. */
  forgetApps(): void {
    this.apps.clear();
    this.registrations = 0;
  }

  answer(asked: Asked): Answer {
    const { method, path } = asked;
    const instead = this.instead.get(path);
    if (instead !== undefined) return instead(asked);
    switch (`${method} ${path}`) {
      case 'GET /.well-known/nodeinfo':
        return json({ links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `https://${this.host}/nodeinfo/2.0` }] });
      case 'GET /nodeinfo/2.0':
        return json({ version: '2.0', software: { name: this.kind.software, version: this.kind.version } });
      case 'GET /.well-known/oauth-authorization-server':
        return this.kind.discovery ? json(this.discovery()) : json({ error: 'Not found' }, 404);
      case 'POST /api/v1/apps':
        return this.register(asked);
      case 'GET /oauth/authorize':
        return this.consent(asked);
      case 'POST /oauth/authorize':
        return this.decide(asked);
      case 'POST /oauth/token':
        return this.token(asked);
      case 'POST /oauth/revoke':
        return this.revoke(asked);
      default:
        return this.api(asked);
    }
  }

  discovery(): Record<string, unknown> {
    const at = (path: string): string => `https://${this.host}${path}`;
    return {
      issuer: at('/'),
      authorization_endpoint: at('/oauth/authorize'),
      token_endpoint: at('/oauth/token'),
      revocation_endpoint: at('/oauth/revoke'),
      ...(this.kind.userinfo && { userinfo_endpoint: at('/oauth/userinfo') }),
      app_registration_endpoint: at('/api/v1/apps'),
      scopes_supported: this.scopes(),
      response_types_supported: ['code'],
      ...(this.kind.pkce && { code_challenge_methods_supported: ['S256'] }),
    };
  }

  private scopes(): string[] {
    return [...SCOPES, ...(this.kind.profile ? ['profile'] : [])];
  }

  private register({ fields }: Asked): Answer {
    this.registrations += 1;
    if (this.registrations > REGISTRATIONS) return json({ error: 'Too many requests' }, 429);
    const redirectUris = textField(fields, 'redirect_uris').split(/\s+/);
    const scopes = textField(fields, 'scopes').split(' ');
    if (redirectUris.length !== 1 || !URL.canParse(redirectUris[0] ?? '')) return json({ error: 'Validation failed: Redirect URI must be one absolute URI.' }, 422);
    if (textField(fields, 'client_name') === '') return json({ error: 'Validation failed: Application name can’t be blank' }, 422);
    if (!this.kind.scopesByWord && !scopes.every((scope) => this.scopes().includes(scope))) return json({ error: 'Validation failed: Scopes doesn’t match configured on the server.' }, 422);
    const app = { name: textField(fields, 'client_name'), clientId: secret(), clientSecret: secret(), redirectUri: redirectUris[0] ?? '', scopes };
    this.apps.set(app.clientId, app);
    return json({ id: '1', name: app.name, redirect_uri: app.redirectUri, client_id: app.clientId, client_secret: app.clientSecret, vapid_key: '' });
  }

  /** The page on which somebody says yes or no. */
  private consent({ query, base }: Asked): Answer {
    const app = this.apps.get(query.get('client_id') ?? '');
    if (app === undefined) return html('Client authentication failed', '<p>Client authentication failed due to unknown client.</p>', 401);
    if (query.get('redirect_uri') !== app.redirectUri) return html('Invalid redirect', '<p>The redirect URI is not the registered one.</p>', 400);
    const scopes = (query.get('scope') ?? 'read').split(' ');
    if (query.get('response_type') !== 'code') return this.back(app, query.get('state'), { error: 'unsupported_response_type' });
    if (!this.kind.scopesByWord && !scopes.every((scope) => app.scopes.includes(scope))) return this.back(app, query.get('state'), { error: 'invalid_scope' });
    const kept = ['client_id', 'scope', 'state', 'code_challenge', 'code_challenge_method'];
    const inputs = kept.map((name) => `<input type="hidden" name="${name}" value="${escape(query.get(name) ?? '')}">`).join('');
    const wishes = scopes.map((scope) => `<li>${escape(scope)}</li>`).join('');
    return html(
      'Authorization required',
      `<p>${escape(app.name)} asks for permission. You are signed in as ${escape(this.signedIn?.user ?? 'nobody')}.</p><ul>${wishes}</ul>
       <form method="post" action="${base}/oauth/authorize">${inputs}<button name="decision" value="allow">Authorize</button> <button name="decision" value="deny">Deny</button></form>`,
    );
  }

  private decide({ fields }: Asked): Answer {
    const app = this.apps.get(textField(fields, 'client_id'));
    if (app === undefined || this.signedIn === null) return html('Client authentication failed', '', 401);
    const state = textField(fields, 'state');
    if (fields['decision'] !== 'allow') return this.back(app, this.kind.denyKeepsState ? state : null, { error: 'access_denied', error_description: 'The resource owner denied the request.' });
    const code = secret();
    this.codes.set(code, {
      app,
      person: this.signedIn,
      scopes: textField(fields, 'scope').split(' '),
      challenge: this.kind.pkce && fields['code_challenge_method'] === 'S256' ? textField(fields, 'code_challenge') : '',
      expiresAt: this.world.now().getTime() + CODE_LIFE,
    });
    return this.back(app, state, { code });
  }

  private back({ redirectUri }: App, state: string | null, parameters: Record<string, string>): Answer {
    return redirect(`${redirectUri}?${String(new URLSearchParams({ ...parameters, ...(state ? { state } : {}) }))}`);
  }

  private token({ fields }: Asked): Answer {
    const app = this.clientOf(fields);
    if (app === null) return json({ error: 'invalid_client', error_description: 'Client authentication failed due to unknown client.' }, 401);
    if (fields['grant_type'] === 'client_credentials') return this.issue({ app, person: null, scopes: ['read'] });
    const code = this.codes.get(textField(fields, 'code'));
    const invalid = json({ error: 'invalid_grant', error_description: 'The provided authorization grant is invalid, expired, revoked or was issued to another client.' }, 400);
    if (fields['grant_type'] !== 'authorization_code' || code === undefined || code.app !== app) return invalid;
    this.codes.delete(textField(fields, 'code'));
    if (code.expiresAt < this.world.now().getTime() || fields['redirect_uri'] !== app.redirectUri) return invalid;
    const verifier = createHash('sha256').update(textField(fields, 'code_verifier')).digest('base64url');
    return code.challenge !== '' && code.challenge !== verifier ? invalid : this.issue(code);
  }

  private issue({ app, person, scopes }: Token): Answer {
    const token = secret();
    this.tokens.set(token, { app, person, scopes: this.kind.scopesByWord ? WORDS.filter((word) => scopes.join(' ').includes(word)) : scopes });
    return json({ access_token: token, token_type: 'Bearer', scope: scopes.join(' '), created_at: Math.floor(this.world.now().getTime() / 1_000) });
  }

  private revoke({ fields }: Asked): Answer {
    const app = this.clientOf(fields);
    const token = textField(fields, 'token');
    if (app === null || (this.tokens.has(token) && this.tokens.get(token)?.app !== app)) return json({ error: 'unauthorized_client' }, 403);
    if (this.tokens.delete(token)) this.revoked.push(token);
    return json({});
  }

  private clientOf(fields: Asked['fields']): App | null {
    const app = this.apps.get(textField(fields, 'client_id'));
    return app?.clientSecret === fields['client_secret'] ? (app ?? null) : null;
  }

  private api(asked: Asked): Answer {
    const { method, path, query } = asked;
    if (method === 'GET' && path === '/api/v2/instance') return json({ domain: this.host, version: this.kind.version, ...this.posts.limits() });
    const listed = /^\/api\/v1\/accounts\/(\w+)\/statuses$/.exec(path)?.[1];
    if (method === 'GET' && listed !== undefined && asked.headers.authorization === undefined) return this.posts.list(listed, query);
    const token = this.tokens.get(/^Bearer (.+)$/.exec(asked.headers.authorization ?? '')?.[1] ?? '');
    const person = token?.person ?? null;
    if (token === undefined || person === null) return json({ error: 'The access token is invalid' }, 401);
    const may = (...scopes: string[]): boolean => scopes.some((scope) => token.scopes.includes(scope));
    const outside = json({ error: 'This action is outside the authorized scopes' }, 403);
    const follows = /^\/api\/v1\/accounts\/(\w+)\/follow$/.exec(path)?.[1];
    if (path === '/api/v1/accounts/verify_credentials') return may('profile', 'read', 'read:accounts') ? json(this.account(person)) : outside;
    if (path === '/oauth/userinfo' && this.kind.userinfo) return may('profile') ? json(this.userinfo(person)) : outside;
    if (path === '/api/v2/search') return may('read', 'read:search') ? this.search(query) : outside;
    if (path === '/api/v1/accounts/relationships') return may('read', 'read:follows') ? json(query.getAll('id[]').map((id) => this.relationship(person, id))) : outside;
    if (method === 'POST' && follows !== undefined) return may('follow', 'write:follows') ? this.follow(person, follows) : outside;
    if (/^\/api\/v[12]\/media/.test(path)) return may('write', 'write:media') ? this.posts.media(asked) : outside;
    if (/^\/api\/v1\/statuses/.test(path)) return may('write', 'write:statuses') ? this.posts.statuses(asked, person) : outside;
    return json({ error: 'Record not found' }, 404);
  }

  private userinfo(person: Person): object {
    return { iss: `https://${this.host}/`, sub: person.actorUri, name: person.user, preferred_username: person.user, profile: `https://${this.host}/@${person.user}` };
  }

  private account(person: Person): object {
    const { user, server, actorUri, locked, movedTo } = person;
    const acct = server === this ? user : handleOf(person);
    const told = { username: user, acct, url: `https://${server.host}/@${user}`, locked, moved: movedTo && { acct: handleOf(movedTo) } };
    return { id: this.idOf(person), ...told, ...(this.kind.uri && { uri: actorUri }) };
  }

  /** Resolving asks the other server, which here is a look into the world. */
  private search(query: URLSearchParams): Answer {
    const found = query.get('type') === 'accounts' ? this.world.find(query.get('q') ?? '') : null;
    const isKnown = found !== null && (found.server === this || query.get('resolve') === 'true') && !this.world.down.has(found.server.host);
    return json({ accounts: isKnown ? [this.account(found)] : [], statuses: [], hashtags: [] });
  }

  private relationship(person: Person, id: string): object {
    const target = this.withId(id);
    return {
      id,
      following: target?.followers.has(person.actorUri) ?? false,
      requested: target?.requests.has(person.actorUri) ?? false,
      blocking: person.blocks.has(target?.actorUri ?? ''),
      blocked_by: target?.blocks.has(person.actorUri) ?? false,
    };
  }

  private follow(person: Person, id: string): Answer {
    const target = this.withId(id);
    if (target === null) return json({ error: 'Record not found' }, 404);
    if (target === person) return json({ error: 'This action is not allowed' }, 403);
    if (this.followLimit <= 0) return json({ error: 'Validation failed: You can’t follow more than 7500 people' }, 422);
    if (!follow(person, target)) return json({ error: 'This action is not allowed' }, 403);
    return json(this.relationship(person, id));
  }

  /** Every server has ids of its own for accounts of others. */
  private idOf({ server, id }: Person): string {
    return server === this ? id : `9${String([...this.world.servers.keys()].indexOf(server.host))}${id}`;
  }

  private withId(id: string): Person | null {
    const everyone = [...new Set(this.world.servers.values())].flatMap(({ people }) => people);
    return everyone.find((person) => this.idOf(person) === id) ?? null;
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
