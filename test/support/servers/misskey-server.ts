import { randomBytes } from 'node:crypto';
import { escape, follow, handleOf, html, json, newPerson, redirect, textField, type Answer, type Asked, type Person, type TestServer, type TestWorld } from './world.ts';

export interface Note {
  readonly id: string;
  readonly author: Person;
  readonly at: Date;
  readonly text: string;
  readonly visibility: string;
  /** Of those who alone see it, where it is `specified`. */
  readonly visibleUserIds: readonly string[];
  readonly fileIds: readonly string[];
}

interface Session {
  readonly person: Person;
  readonly permissions: readonly string[];
}

/** Its own name for each error (`ApiError`). */
const ERRORS = {
  NO_SUCH_USER: [404, 'No such user.', '4362f8dc-731f-4ad8-a694-be5a88922a24'],
  ALREADY_FOLLOWING: [400, 'You are already following that user.', '35387507-38c7-4cb9-9197-300b93783fa0'],
  FOLLOWEE_IS_YOURSELF: [400, 'Followee is yourself.', '26fbe7bb-a331-4857-af17-205b426669a9'],
  BLOCKED: [400, 'You are blocked by that user.', 'c4ab57cc-4e41-45e9-bfd9-584f61e35ce0'],
  RATE_LIMIT_EXCEEDED: [429, 'Rate limit exceeded. Please try again later.', 'd5826d14-3982-4d2e-8011-b9e9f02499ef'],
  AUTHENTICATION_FAILED: [401, 'Authentication failed. Please ensure your token is correct.', 'b0a7f5f8-dc2f-4171-b91f-de88ad238e14'],
  PERMISSION_DENIED: [403, 'Your app does not have the necessary permissions to use this endpoint.', '1370e5b7-d4eb-4566-bb1d-7748ee6a1838'],
} as const;

/** Misskey and its relatives: sign-in by MiAuth. */
export class MisskeyServer implements TestServer {
  readonly people: Person[] = [];
  readonly tokens = new Map<string, Session>();
  /** Whose browser it is. */
  signedIn: Person | null = null;
  isLimited = false;
  readonly notes: Note[] = [];
  /** Alternative texts of files, by id. */
  readonly files = new Map<string, string>();
  private readonly granted = new Map<string, Session>();

  constructor(
    private readonly world: TestWorld,
    readonly host: string,
    readonly software = 'misskey',
    readonly accountDomain = host,
  ) {}

  /** A token as its settings page gives it to somebody who programs. */
  giveToken(person: Person, permissions: readonly string[]): string {
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, { person, permissions });
    return token;
  }

  addPerson(user: string): Person {
    const person = newPerson(this, user, 'users');
    this.people.push(person);
    this.signedIn ??= person;
    return person;
  }

  answer(asked: Asked): Answer {
    const { method, path } = asked;
    const [, session] = /^\/miauth\/([\w-]+)$/.exec(path) ?? [];
    const [, checked] = /^\/api\/miauth\/([\w-]+)\/check$/.exec(path) ?? [];
    if (session !== undefined) return method === 'GET' ? this.page(session, asked) : this.decide(session, asked);
    if (method === 'POST' && checked !== undefined) return this.check(checked);
    switch (`${method} ${path}`) {
      case 'GET /.well-known/nodeinfo':
        return json({ links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href: `https://${this.host}/nodeinfo/2.1` }] });
      case 'GET /nodeinfo/2.1':
        return json({ version: '2.1', software: { name: this.software, version: '2025.4.1' } });
      case 'POST /api/users/show':
        return this.show(asked);
      case 'POST /api/following/create':
        return this.create(asked);
      case 'POST /api/meta':
        return json({ name: this.host, version: '2025.4.1', maxNoteTextLength: 3_000 });
      case 'POST /api/i':
        return this.allowed(asked, 'read:account', ({ person }) => json(this.user(person, null)));
      case 'POST /api/drive/files/create':
        return this.allowed(asked, 'write:drive', () => this.keepFile(asked));
      case 'POST /api/notes/create':
        return this.allowed(asked, 'write:notes', ({ person }) => this.note(asked, person));
      case 'POST /api/users/notes':
        return this.notesOf(asked);
      default:
        return json({ error: { message: 'Unknown API endpoint.', code: 'UNKNOWN_API_ENDPOINT', kind: 'client' } }, 404);
    }
  }

  /** Saying no leads nowhere: the page only says that it was heard. */
  private page(session: string, { query, base }: Asked): Answer {
    const wishes = permissionsOf(query.get('permission') ?? '').map((permission) => `<li>${escape(permission)}</li>`).join('');
    const inputs = ['callback', 'permission'].map((name) => `<input type="hidden" name="${name}" value="${escape(query.get(name) ?? '')}">`).join('');
    return html(
      `${query.get('name') ?? 'An application'} asks for access`,
      `<p>You are signed in as ${escape(this.signedIn?.user ?? 'nobody')}.</p><ul>${wishes}</ul>
       <form method="post" action="${base}/miauth/${session}">${inputs}<button name="decision" value="allow">Accept</button> <button name="decision" value="deny">Deny</button></form>`,
    );
  }

  private decide(session: string, { fields }: Asked): Answer {
    if (fields['decision'] !== 'allow' || this.signedIn === null) return html('Access denied', '<p>You can close this window.</p>');
    this.granted.set(session, { person: this.signedIn, permissions: permissionsOf(textField(fields, 'permission')) });
    const callback = new URL(textField(fields, 'callback'));
    callback.searchParams.set('session', session);
    return redirect(callback.href);
  }

  /** Works once. */
  private check(session: string): Answer {
    const granted = this.granted.get(session);
    if (granted === undefined) return json({ ok: false });
    this.granted.delete(session);
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, granted);
    return json({ ok: true, token, user: this.user(granted.person, null) });
  }

  private show({ fields }: Asked): Answer {
    const asking = this.tokens.get(textField(fields, 'i'))?.person ?? null;
    const host = textField(fields, 'host') || this.accountDomain;
    const found = fields['userId'] === undefined ? this.world.find(`${textField(fields, 'username')}@${host}`) : this.withId(textField(fields, 'userId'));
    const isHere = found !== null && !this.world.down.has(found.server.host);
    return isHere ? json(this.user(found, asking)) : failure('NO_SUCH_USER');
  }

  private create({ fields }: Asked): Answer {
    const session = this.tokens.get(textField(fields, 'i'));
    if (session === undefined) return failure('AUTHENTICATION_FAILED');
    if (!session.permissions.includes('write:following')) return failure('PERMISSION_DENIED');
    if (this.isLimited) return failure('RATE_LIMIT_EXCEEDED');
    const target = this.withId(textField(fields, 'userId'));
    if (target === null) return failure('NO_SUCH_USER');
    if (target === session.person) return failure('FOLLOWEE_IS_YOURSELF');
    if (target.followers.has(session.person.actorUri)) return failure('ALREADY_FOLLOWING');
    if (!follow(session.person, target)) return failure('BLOCKED');
    return json({ id: this.idOf(target), username: target.user, host: this.hostOf(target) });
  }

  private allowed({ fields }: Asked, permission: string, act: (session: Session) => Answer): Answer {
    const session = this.tokens.get(textField(fields, 'i'));
    if (session === undefined) return failure('AUTHENTICATION_FAILED');
    if (!session.permissions.includes(permission)) return failure('PERMISSION_DENIED');
    return this.isLimited ? failure('RATE_LIMIT_EXCEEDED') : act(session);
  }

  private keepFile({ fields }: Asked): Answer {
    const id = `f${this.files.size + 1}`;
    this.files.set(id, textField(fields, 'comment'));
    return json({ id, name: textField(fields, 'name'), comment: textField(fields, 'comment'), type: (fields['file'] as Blob).type });
  }

  private note({ fields }: Asked, author: Person): Answer {
    const [fileIds, visibleUserIds] = [idsIn(fields['fileIds']), idsIn(fields['visibleUserIds'])];
    const note = { id: `n${this.notes.length + 1}`, author, at: this.world.now(), text: textField(fields, 'text'), visibility: textField(fields, 'visibility'), visibleUserIds, fileIds };
    this.notes.push(note);
    return json({ createdNote: this.noteOf(note) });
  }

  private notesOf({ fields }: Asked): Answer {
    const until = this.notes.findIndex(({ id }) => id === fields['untilId']);
    const own = (until < 0 ? this.notes : this.notes.slice(0, until)).filter(({ author, visibility }) => author.id === fields['userId'] && visibility !== 'specified');
    return json(own.toReversed().slice(0, Number(fields['limit'] ?? 10)).map((note) => this.noteOf(note)));
  }

  private noteOf({ id, author, at, text, visibility, fileIds }: Note): object {
    return { id, createdAt: at.toISOString(), userId: author.id, text, visibility, fileIds };
  }

  private user(person: Person, asking: Person | null): object {
    const { user, movedTo, followers, requests, blocks } = person;
    const isHere = person.server === this;
    const told = { id: this.idOf(person), username: user, host: this.hostOf(person), uri: isHere ? null : person.actorUri, url: null };
    const relation = asking && {
      isFollowing: followers.has(asking.actorUri),
      hasPendingFollowRequestFromYou: requests.has(asking.actorUri),
      isBlocking: asking.blocks.has(person.actorUri),
      isBlocked: blocks.has(asking.actorUri),
    };
    return { ...told, name: null, movedTo: movedTo && this.idOf(movedTo), followersCount: followers.size, ...relation };
  }

  private hostOf({ server }: Person): string | null {
    return server === this ? null : server.accountDomain;
  }

  private idOf(person: Person): string {
    return person.server === this ? person.id : `x${Buffer.from(handleOf(person)).toString('hex')}`;
  }

  private withId(id: string): Person | null {
    const everyone = [...new Set(this.world.servers.values())].flatMap(({ people }) => people);
    return everyone.find((person) => this.idOf(person) === id) ?? null;
  }
}

function idsIn(field: unknown): string[] {
  return Array.isArray(field) ? field.map(String) : [];
}

function permissionsOf(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

function failure(code: keyof typeof ERRORS): Answer {
  const [status, message, id] = ERRORS[code];
  return json({ error: { message, code, id, kind: status === 403 ? 'permission' : 'client' } }, status);
}
