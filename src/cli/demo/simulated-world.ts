import { handleKey, handleText, parseFediverseHandle, type FediverseHandle } from '../../domain/handle.ts';

/** What a host or an account can do wrong on demand. */
export type Fault =
  | 'gone'
  | 'suspended'
  | 'hidden'
  | 'rate-limited'
  | 'refused'
  | 'garbage'
  /** The answer drips and never ends. */
  | 'slow'
  /** The answer pours and never ends. */
  | 'endless'
  /** The connection is cut. */
  | 'down';

export interface NewServer {
  readonly host: string;
  /**
   * NodeInfo name. `mastodon`, `misskey`, `pleroma`, `peertube`, `lemmy` and their relatives bring their APIs, anything else
   * speaks ActivityPub only; profiles on `x` are where X has them.
   */
  readonly software: string;
  /** The host in the handles of its accounts, when it is another one. */
  readonly accountDomain?: string;
}

export interface SimulatedServer extends NewServer {
  readonly accountDomain: string;
  fault: Fault | null;
  /** The person who was last looked up here: most likely theirs is the browser that comes next. */
  lastAsked: SimulatedAccount | null;
}

export interface NewAccount {
  /** `user@host`; the host is a server's account domain. */
  readonly handle: string;
  readonly displayName?: string;
  readonly note?: string;
  readonly followers?: number;
  /** A channel of PeerTube, a community of Lemmy. */
  readonly group?: boolean;
  /** Nobody follows others in an institution's name, so it is not offered when somebody is about to. */
  readonly institution?: boolean;
  /** Shown on the profile; a value that is an address becomes a rel=me link. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

export interface SimulatedAccount {
  readonly id: string;
  readonly handle: FediverseHandle;
  readonly server: SimulatedServer;
  readonly displayName: string;
  note: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly group: boolean;
  readonly institution: boolean;
  readonly actorUri: string;
  readonly url: string;
  readonly pictureUrl: string;
  /** Followers with a name, newest first; those without one only count. */
  readonly followers: SimulatedAccount[];
  otherFollowers: number;
  fault: Fault | null;
}

/** The servers and people of a fediverse that does not exist. Wrong use throws: it is only ever set up by programs. */
export class SimulatedWorld {
  readonly servers: SimulatedServer[] = [];
  readonly accounts: SimulatedAccount[] = [];

  addServer({ host, software, accountDomain = host }: NewServer): void {
    this.servers.push({ host, software, accountDomain, fault: null, lastAsked: null });
  }

  addAccount(account: NewAccount): SimulatedAccount {
    const handle = readHandle(account.handle);
    const server = this.servers.find(({ accountDomain }) => accountDomain === handle.host);
    if (!server) throw new Error(`There is no server for ${account.handle}`);
    if (this.findAccount(account.handle)) throw new Error(`${account.handle} exists already`);
    const id = String(1001 + this.accounts.length);
    const origin = `https://${server.host}`;
    const group = account.group ?? false;
    const added: SimulatedAccount = {
      id,
      handle,
      server,
      displayName: account.displayName ?? handle.user,
      note: account.note ?? '',
      fields: account.fields ?? [],
      group,
      institution: account.institution ?? false,
      actorUri: `${origin}/${actorFolder(server.software, group)}/${NAMED_ACTORS.has(server.software) ? handle.user : id}`,
      url: server.software === 'x' ? `${origin}/${handle.user}` : `${origin}/@${handle.user}`,
      pictureUrl: `${origin}/avatars/${id}.png`,
      followers: [],
      otherFollowers: account.followers ?? 0,
      fault: null,
    };
    this.accounts.push(added);
    return added;
  }

  /** Sets what the account's server says, whoever follows by name. */
  setFollowers(handle: string, count: number): void {
    const account = this.account(handle);
    account.otherFollowers = count - account.followers.length;
  }

  /** What a person writes of themselves from now on. */
  setNote(handle: string, note: string): void {
    this.account(handle).note = note;
  }

  followersOf(handle: string): number {
    return countOf(this.account(handle));
  }

  /** Following twice is following once. */
  follow(follower: string, target: string): void {
    const person = this.account(follower);
    const { followers } = this.account(target);
    if (!followers.includes(person)) followers.unshift(person);
  }

  /** Breaks a host or an account, or mends it with null. */
  fail(hostOrHandle: string, fault: Fault | null): void {
    const broken = this.servers.find(({ host }) => host === hostOrHandle) ?? this.account(hostOrHandle);
    broken.fault = fault;
  }

  /** The server that answers for a host: its own, or the domain of its handles. */
  serverOf(host: string): SimulatedServer | null {
    return this.servers.find((server) => server.host === host || server.accountDomain === host) ?? null;
  }

  /** An account by handle (also `acct:`), profile address or ActivityPub id. */
  findAccount(text: string): SimulatedAccount | null {
    const byUri = this.accounts.find(({ actorUri, url }) => actorUri === text || url === text);
    if (byUri) return byUri;
    const parsed = parseFediverseHandle(text);
    if (!parsed.ok) return null;
    const { user, host } = parsed.value;
    const domain = this.serverOf(host)?.accountDomain ?? host;
    const key = handleKey({ user, host: domain });
    return this.accounts.find(({ handle }) => handleKey(handle) === key) ?? null;
  }

  accountsOf(server: SimulatedServer): SimulatedAccount[] {
    return this.accounts.filter((account) => account.server === server);
  }

  /** Those who can sign in on a server. */
  peopleOf(server: SimulatedServer): SimulatedAccount[] {
    return this.accountsOf(server).filter(({ institution }) => !institution);
  }

  private account(handle: string): SimulatedAccount {
    const found = this.findAccount(handle);
    if (!found) throw new Error(`There is no account ${handle}`);
    return found;
  }
}

/** Software whose actors have their users' names in their addresses. */
const NAMED_ACTORS = new Set(['mastodon', 'pleroma', 'akkoma', 'peertube', 'lemmy']);

function actorFolder(software: string, group: boolean): string {
  if (software === 'peertube') return group ? 'video-channels' : 'accounts';
  if (software === 'lemmy') return group ? 'c' : 'u';
  return 'users';
}

/** All followers, with and without a name. */
export function countOf(account: SimulatedAccount): number {
  return account.otherFollowers + account.followers.length;
}

/** What is wrong with an account, or with all of its server. */
export function faultOf(account: SimulatedAccount): Fault | null {
  return account.fault ?? account.server.fault;
}

/** `user@host`. */
export function textOf(account: SimulatedAccount): string {
  return handleText(account.handle);
}

function readHandle(text: string): FediverseHandle {
  const parsed = parseFediverseHandle(text);
  if (!parsed.ok) throw new Error(`${text} is not a handle: ${parsed.error.type}`);
  return parsed.value;
}
