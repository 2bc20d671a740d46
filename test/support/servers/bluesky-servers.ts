import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from 'node:crypto';
import { escape, html, json, redirect, textField, type Answer, type Asked, type TestWorld } from './world.ts';

/** An account of Bluesky; whatever else becomes of its names, its DID stays. */
export interface BlueskyPerson {
  readonly did: string;
  /** Where their data are. */
  readonly pds: string;
  handle: string;
  description: string;
}

/** A pushed request (RFC 9126), and what came of it. */
interface Pushed {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly scope: string;
  readonly challenge: string;
  /** Thumbprint (RFC 7638) of the key of the first DPoP proof. */
  readonly thumbprint: string;
  readonly expiresAt: number;
}

interface Code extends Pushed {
  readonly person: BlueskyPerson;
}

interface Token {
  readonly did: string;
  readonly scope: string;
  readonly thumbprint: string;
}

interface Hosts {
  readonly pds: string;
  readonly auth: string;
}

const MINUTE = 60_000;
const DIRECTORY = 'plc.directory';
const APP_VIEW = 'public.api.bsky.app';
const PROOF_LIFE = 5 * MINUTE;

/**
 * Bluesky as a client meets it: the directory of DIDs, the app view that resolves names, a server with people's data, and the
 * authorization server that speaks for it. Written from atproto's OAuth profile and from RFC 7636, 9126, 9207 and 9449.
 */
export class BlueskyServers {
  readonly tokens = new Map<string, Token>();
  readonly revoked: string[] = [];
  /** Whose browser it is. */
  signedIn: BlueskyPerson | null = null;
  /** What it says of a token against the truth. */
  lie: Readonly<Record<string, unknown>> = {};
  /** Answers that take the place of the real ones, by host and path. */
  readonly instead = new Map<string, (asked: Asked) => Answer>();
  private readonly pushed = new Map<string, Pushed>();
  private readonly codes = new Map<string, Code>();
  private readonly usedCodes = new Map<string, string>();
  private readonly proofs = new Set<string>();
  private nonce = secret();

  constructor(
    private readonly world: TestWorld,
    readonly hosts: Hosts = { pds: 'pds.bsky.example', auth: 'auth.bsky.example' },
    /** Whom the directory knows, also of other servers. */
    readonly people: BlueskyPerson[] = [],
  ) {
    this.serve(DIRECTORY, (asked) => this.directory(asked));
    this.serve(APP_VIEW, (asked) => this.appView(asked));
    this.serve(hosts.pds, ({ path }) => (path === '/.well-known/oauth-protected-resource' ? json(this.resource()) : json({ error: 'NotFound' }, 404)));
    this.serve(hosts.auth, (asked) => this.authorization(asked));
  }

  addPerson(handle: string): BlueskyPerson {
    const did = `did:plc:${createHash('sha256').update(handle).digest('hex').replace(/[0189]/g, 'z').slice(0, 24)}`;
    const person = { did, pds: this.hosts.pds, handle, description: '' };
    this.people.push(person);
    this.signedIn ??= person;
    return person;
  }

  /** As servers do every few minutes: whoever comes with the one before is told the new one. */
  changeNonce(): void {
    this.nonce = secret();
  }

  document({ did, handle, pds }: BlueskyPerson): Record<string, unknown> {
    return {
      '@context': ['https://www.w3.org/ns/did/v1'],
      'id': did,
      'alsoKnownAs': [`at://${handle}`],
      'service': [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: `https://${pds}` }],
    };
  }

  resource(): Record<string, unknown> {
    return { resource: `https://${this.hosts.pds}`, authorization_servers: [`https://${this.hosts.auth}`], scopes_supported: [], bearer_methods_supported: ['header'] };
  }

  metadata(): Record<string, unknown> {
    const at = (path: string): string => `https://${this.hosts.auth}${path}`;
    return {
      issuer: `https://${this.hosts.auth}`,
      authorization_endpoint: at('/oauth/authorize'),
      token_endpoint: at('/oauth/token'),
      revocation_endpoint: at('/oauth/revoke'),
      pushed_authorization_request_endpoint: at('/oauth/par'),
      require_pushed_authorization_requests: true,
      scopes_supported: ['atproto', 'transition:generic'],
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      dpop_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    };
  }

  private serve(host: string, answer: (asked: Asked) => Answer): void {
    this.world.servers.set(host, { host, accountDomain: host, people: [], answer: (asked) => (this.instead.get(`${host}${decodeURIComponent(asked.path)}`) ?? answer)(asked) });
  }

  private directory({ path }: Asked): Answer {
    const person = this.people.find(({ did }) => did === decodeURIComponent(path.slice(1)));
    return person === undefined ? json({ message: 'DID not registered' }, 404) : json(this.document(person), 200, 'application/did+ld+json');
  }

  private appView({ path, query }: Asked): Answer {
    const named = query.get('handle') ?? query.get('actor');
    const person = this.people.find(({ did, handle }) => did === named || handle === named);
    if (path === '/xrpc/com.atproto.identity.resolveHandle') return person ? json({ did: person.did }) : json({ error: 'InvalidRequest', message: 'Unable to resolve handle' }, 400);
    if (path !== '/xrpc/app.bsky.actor.getProfile') return json({ error: 'MethodNotImplemented' }, 501);
    return person ? json({ ...person, followersCount: 0 }) : json({ error: 'InvalidRequest', message: 'Profile not found' }, 400);
  }

  private authorization(asked: Asked): Answer {
    switch (`${asked.method} ${asked.path}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return json(this.metadata());
      case 'POST /oauth/par':
        return this.proven(asked, (thumbprint) => this.push(asked, thumbprint));
      case 'GET /oauth/authorize':
        return this.consent(asked);
      case 'POST /oauth/authorize':
        return this.decide(asked);
      case 'POST /oauth/token':
        return this.proven(asked, (thumbprint) => this.token(asked, thumbprint));
      case 'POST /oauth/revoke':
        return this.proven(asked, () => this.revoke(asked));
      default:
        return json({ error: 'not_found' }, 404);
    }
  }

  /** DPoP (RFC 9449): each request bears a fresh proof with the server's nonce, made with the client's key. */
  private proven(asked: Asked, act: (thumbprint: string) => Answer): Answer {
    const proof = readProof(String(asked.headers['dpop'] ?? ''));
    const answer = proof === null || !this.isFor(asked, proof) ? refusal('invalid_dpop_proof') : proof.nonce === this.nonce ? act(proof.thumbprint) : refusal('use_dpop_nonce');
    return { ...answer, headers: { ...answer.headers, 'dpop-nonce': this.nonce } };
  }

  private isFor({ method, path }: Asked, { htm, htu, iat, jti }: Proof): boolean {
    if (htm !== method || htu !== `https://${this.hosts.auth}${path}` || this.proofs.has(jti)) return false;
    this.proofs.add(jti);
    return Math.abs(Date.now() - iat * 1_000) < PROOF_LIFE;
  }

  private push({ fields }: Asked, thumbprint: string): Answer {
    const field = (name: string): string => textField(fields, name);
    const client = this.client(field('client_id'));
    if (client === null) return refusal('invalid_client_metadata');
    if (!client.redirectUris.includes(field('redirect_uri'))) return refusal('invalid_request', 'redirect_uri');
    if (field('response_type') !== 'code' || field('code_challenge_method') !== 'S256') return refusal('invalid_request');
    const scopes = field('scope').split(' ');
    if (!scopes.includes('atproto') || !scopes.every((scope) => client.scopes.includes(scope))) return refusal('invalid_scope');
    const uri = `urn:ietf:params:oauth:request_uri:req-${secret()}`;
    this.pushed.set(uri, {
      clientId: field('client_id'),
      redirectUri: field('redirect_uri'),
      state: field('state'),
      scope: field('scope'),
      challenge: field('code_challenge'),
      thumbprint,
      expiresAt: this.world.now().getTime() + 5 * MINUTE,
    });
    return json({ request_uri: uri, expires_in: 300 }, 201);
  }

  /** A client is the address of its own description; `http://localhost` describes a client under development in its query. */
  private client(id: string): { redirectUris: string[]; scopes: string[] } | null {
    const url = URL.parse(id);
    if (url?.origin === 'http://localhost' && url.pathname === '/') {
      const redirectUris = url.searchParams.getAll('redirect_uri');
      const areLocal = redirectUris.every((uri) => ['127.0.0.1', '[::1]'].includes(URL.parse(uri)?.hostname ?? ''));
      return areLocal ? { redirectUris, scopes: (url.searchParams.get('scope') ?? 'atproto').split(' ') } : null;
    }
    if (url?.protocol !== 'https:') return null;
    const answer = this.world.servers.get(url.host)?.answer({ method: 'GET', path: url.pathname, query: url.searchParams, headers: {}, fields: {}, base: '' });
    const told = answer?.status === 200 ? (JSON.parse(answer.body) as Record<string, unknown>) : null;
    const isUsable =
      told?.['client_id'] === id && told['dpop_bound_access_tokens'] === true && told['token_endpoint_auth_method'] === 'none' && told['application_type'] === 'web';
    return isUsable ? { redirectUris: told['redirect_uris'] as string[], scopes: String(told['scope']).split(' ') } : null;
  }

  private consent({ query, base }: Asked): Answer {
    const uri = query.get('request_uri') ?? '';
    const pushed = this.current(uri, query.get('client_id') ?? '');
    if (pushed === null) return html('This request is over', '<p>Unknown or expired request.</p>', 400);
    const inputs = `<input type="hidden" name="request_uri" value="${escape(uri)}"><input type="hidden" name="client_id" value="${escape(pushed.clientId)}">`;
    return html(
      'Authorize',
      `<p>${escape(new URL(pushed.redirectUri).host)} wants to know who you are. You are signed in as ${escape(this.signedIn?.handle ?? 'nobody')}.</p><ul><li>${escape(pushed.scope)}</li></ul>
       <form method="post" action="${base}/oauth/authorize">${inputs}<button name="decision" value="allow">Accept</button> <button name="decision" value="deny">Deny</button></form>`,
    );
  }

  private decide({ fields }: Asked): Answer {
    const uri = textField(fields, 'request_uri');
    const pushed = this.current(uri, textField(fields, 'client_id'));
    if (pushed === null || this.signedIn === null) return html('This request is over', '', 400);
    this.pushed.delete(uri);
    const back = (parameters: Record<string, string>): Answer =>
      redirect(`${pushed.redirectUri}?${String(new URLSearchParams({ iss: `https://${this.hosts.auth}`, state: pushed.state, ...parameters }))}`);
    if (fields['decision'] !== 'allow') return back({ error: 'access_denied', error_description: 'The user rejected the request' });
    const code = `cod-${secret()}`;
    this.codes.set(code, { ...pushed, person: this.signedIn, expiresAt: this.world.now().getTime() + MINUTE });
    return back({ code });
  }

  private current(uri: string, clientId: string): Pushed | null {
    const pushed = this.pushed.get(uri);
    return pushed?.clientId === clientId && pushed.expiresAt > this.world.now().getTime() ? pushed : null;
  }

  private token({ fields }: Asked, thumbprint: string): Answer {
    const given = textField(fields, 'code');
    // A code that comes twice was stolen: what it gave the first time is taken back as well.
    this.tokens.delete(this.usedCodes.get(given) ?? '');
    const code = this.codes.get(given);
    this.codes.delete(given);
    const verifier = createHash('sha256').update(textField(fields, 'code_verifier')).digest('base64url');
    const isGood =
      textField(fields, 'grant_type') === 'authorization_code' &&
      code?.clientId === textField(fields, 'client_id') &&
      code.redirectUri === textField(fields, 'redirect_uri') &&
      code.challenge === verifier &&
      code.thumbprint === thumbprint &&
      code.expiresAt > this.world.now().getTime();
    if (code === undefined || !isGood) return refusal('invalid_grant');
    const token = `tok-${secret()}`;
    this.usedCodes.set(given, token);
    this.tokens.set(token, { did: code.person.did, scope: code.scope, thumbprint });
    return json({ access_token: token, refresh_token: `ref-${secret()}`, token_type: 'DPoP', scope: code.scope, expires_in: 3_600, sub: code.person.did, ...this.lie });
  }

  private revoke({ fields }: Asked): Answer {
    const token = textField(fields, 'token');
    if (this.tokens.delete(token)) this.revoked.push(token);
    return json({});
  }
}

interface Proof {
  readonly thumbprint: string;
  readonly htm: unknown;
  readonly htu: unknown;
  readonly nonce: unknown;
  readonly iat: number;
  readonly jti: string;
}

/** Null: it is none, or its signature is not of its key. */
function readProof(jwt: string): Proof | null {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  if (signature === '') return null;
  const { typ, alg, jwk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { typ?: string; alg?: string; jwk?: JsonWebKey };
  if (typ !== 'dpop+jwt' || alg !== 'ES256' || jwk === undefined || jwk.d !== undefined) return null;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!isSigned) return null;
  const { htm, htu, nonce, iat, jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Omit<Proof, 'thumbprint'>;
  const { crv, kty, x, y } = jwk;
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { thumbprint, htm, htu, nonce, iat, jti };
}

function refusal(error: string, description = error): Answer {
  return json({ error, error_description: description }, 400);
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
