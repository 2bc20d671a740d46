import { randomUUID } from 'node:crypto';
import { network as misskey } from '../../networks/misskey.network.ts';
import { network as pleroma } from '../../networks/pleroma.network.ts';
import { json, notFound, redirect, type Answer } from './simulated-answers.ts';
import { both, html, page } from './simulated-html.ts';
import type { Asked } from './simulated-software.ts';
import { personField } from './simulated-pages.ts';
import { textOf, type SimulatedAccount, type SimulatedWorld } from './simulated-world.ts';

const FORBIDDEN = json({ error: 'The access token is invalid' }, undefined, 401);
const MIAUTH = /^\/miauth\/([\w-]+)$/;
const MIAUTH_CHECK = /^\/api\/miauth\/([\w-]+)\/check$/;
const FOLLOW = /^\/api\/v1\/accounts\/(\w+)\/follow$/;

/** Lets the people of simulated servers tell other sites who they are: OAuth as on Mastodon, MiAuth as on Misskey. */
export class SimulatedSignIn {
  /** Where people may be sent back to. */
  private readonly addresses = new Set<string>();
  /** What was allowed and not picked up yet, by code or session. */
  private readonly allowed = new Map<string, SimulatedAccount>();
  private readonly tokens = new Map<string, SimulatedAccount>();

  constructor(private readonly world: SimulatedWorld) {}

  /** Null for what has nothing to do with signing in. */
  answer(asked: Asked, base: string, authorization: string): Answer | null {
    const { software } = asked.server;
    if (misskey.software.includes(software)) return this.onMisskey(asked, base);
    return software === 'mastodon' || pleroma.software.includes(software) ? this.onMastodon(asked, base, authorization) : null;
  }

  private onMastodon(asked: Asked, base: string, authorization: string): Answer | null {
    const { method, path, body } = asked;
    const fields = new URLSearchParams(body);
    if (path === '/api/v1/apps') return this.register(fields.get('redirect_uris') ?? '');
    if (path === '/oauth/authorize') return method === 'POST' ? this.decide(fields, randomUUID(), 'code') : this.consent(asked, base, 'redirect_uri');
    if (path === '/oauth/token') return this.token(fields.get('code') ?? '');
    if (path === '/oauth/revoke') return this.revoke(fields.get('token') ?? '');
    if (path !== '/api/v1/accounts/verify_credentials' && path !== '/api/v2/search' && path !== '/api/v1/accounts/relationships' && !FOLLOW.test(path)) return null;
    const person = this.tokens.get(authorization.replace('Bearer ', ''));
    return person ? this.api(asked, person) : FORBIDDEN;
  }

  private register(address: string): Answer {
    this.addresses.add(address);
    return json({ id: '1', client_id: 'simulated', client_secret: 'simulated', redirect_uri: address });
  }

  private token(code: string): Answer {
    const person = this.allowed.get(code);
    if (!person) return json({ error: 'invalid_grant' }, undefined, 400);
    this.allowed.delete(code);
    return json({ access_token: this.newToken(person), token_type: 'Bearer' });
  }

  private revoke(token: string): Answer {
    this.tokens.delete(token);
    return json({});
  }

  private api({ path, query }: Asked, person: SimulatedAccount): Answer {
    if (path.endsWith('/verify_credentials')) return json(told(person, person));
    if (path === '/api/v2/search') {
      const found = this.world.findAccount(query.get('q') ?? '');
      return json({ accounts: found ? [told(found, person)] : [] });
    }
    const id = FOLLOW.exec(path)?.[1] ?? query.get('id[]');
    const target = this.world.accounts.find((account) => account.id === id);
    if (!target) return notFound;
    if (FOLLOW.test(path)) this.world.follow(textOf(person), textOf(target));
    const relationship = { id: target.id, following: target.followers.includes(person), requested: false };
    return json(FOLLOW.test(path) ? relationship : [relationship]);
  }

  private onMisskey(asked: Asked, base: string): Answer | null {
    const { method, path, body } = asked;
    const [, session] = MIAUTH.exec(path) ?? [];
    const [, checked] = MIAUTH_CHECK.exec(path) ?? [];
    if (session !== undefined) return method === 'POST' ? this.decide(new URLSearchParams(body), session, 'session') : this.askedByMisskey(asked, base);
    if (checked !== undefined) return this.check(checked);
    if (path !== '/api/users/show' && path !== '/api/following/create') return null;
    const { i, username, host, userId } = JSON.parse(body) as { i?: string; username?: string; host?: string | null; userId?: string };
    const person = this.tokens.get(i ?? '');
    if (!person) return null;
    const name = `${username ?? ''}@${host ?? asked.server.accountDomain}`;
    const target = this.world.accounts.find(({ id }) => id === userId) ?? this.world.findAccount(name);
    if (!target) return notFound;
    if (path === '/api/following/create') this.world.follow(textOf(person), textOf(target));
    return json({ id: target.id, username: target.handle.user, isFollowing: target.followers.includes(person) });
  }

  /** MiAuth knows no registration, so that whoever asks says where to send people back to. */
  private askedByMisskey(asked: Asked, base: string): Answer {
    this.addresses.add(asked.query.get('callback') ?? '');
    return this.consent(asked, base, 'callback');
  }

  private check(session: string): Answer {
    const person = this.allowed.get(session);
    this.allowed.delete(session);
    if (!person) return json({ ok: false });
    return json({ ok: true, token: this.newToken(person), user: { id: person.id, username: person.handle.user, host: null } });
  }

  private newToken(person: SimulatedAccount): string {
    const token = randomUUID();
    this.tokens.set(token, person);
    return token;
  }

  private consent({ server, path, query }: Asked, base: string, addressField: string): Answer {
    const wishes = (query.get('scope') ?? query.get('permission') ?? '').split(/[ ,]/).filter((wish) => wish !== '');
    const content = html`<h1>${both('Chiche demande si c’est vous', 'Chiche asks whether it is you')}</h1>
<form class="card" method="post" action="${base}${path}">
<ul>${wishes.map((wish) => html`<li>${wish}</li>`)}</ul>
<input type="hidden" name="address" value="${query.get(addressField) ?? ''}">
<input type="hidden" name="state" value="${query.get('state') ?? ''}">
${personField(this.world.peopleOf(server), server.lastAsked)}
<button name="decision" value="allow">${both('Oui, c’est moi', 'Yes, it is me')}</button>
<button name="decision" value="deny">${both('Non', 'No')}</button>
</form>`;
    return page('Sign in', content);
  }

  private decide(fields: URLSearchParams, key: string, field: 'code' | 'session'): Answer {
    const [address, state] = [fields.get('address') ?? '', fields.get('state') ?? ''];
    const person = this.world.findAccount(fields.get('as') ?? '');
    if (!this.addresses.has(address) || !URL.canParse(address) || !person) return notFound;
    const back = new URL(address);
    if (state !== '') back.searchParams.set('state', state);
    if (fields.get('decision') === 'allow') this.allowed.set(key, person);
    if (fields.get('decision') === 'allow') back.searchParams.set(field, key);
    else back.searchParams.set('error', 'access_denied');
    return redirect(back.href);
  }
}

function told(account: SimulatedAccount, person: SimulatedAccount): object {
  const { id, handle, server, actorUri, url } = account;
  return { id, username: handle.user, acct: server === person.server ? handle.user : textOf(account), uri: actorUri, url };
}
