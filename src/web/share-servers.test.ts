import { afterEach, describe, expect, test } from '@jest/globals';
import { startReplay, type Exchange, type Replay } from '../../test/contracts/replay.ts';
import { SettableClock } from '../platform/clock.ts';
import { ShareServers } from './share-servers.service.ts';

const POST = { text: 'Chiche\u202f! 5\u202f090 & co.', url: 'https://chiche.example/c/x', title: 'Plus sur Mastodon' };
const TEXT = encodeURIComponent(POST.text);
const CREATE = 'https://w3id.org/fep/3b86/Create';
const SELF = { rel: 'self', type: 'application/activity+json', href: 'https://social.home.example/users/ada' };

let replay: Replay | undefined;
afterEach(() => replay?.close());

function get(url: string, body: unknown, status = 200): Exchange {
  return { request: { method: 'GET', url: `https://${url}` }, status, headers: { 'content-type': 'application/json' }, body };
}

function webfinger(links: readonly object[], host = 'home.example'): Exchange {
  return get(`${host}/.well-known/webfinger?resource=acct%3Aada%40${host}`, { subject: `acct:ada@${host}`, links });
}

function software(name: string, host: string): Exchange[] {
  return [
    get(`${host}/.well-known/nodeinfo`, { links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `https://${host}/nodeinfo/2.0` }] }),
    get(`${host}/nodeinfo/2.0`, { software: { name } }),
  ];
}

/** The address that opens with the post, or why there is none. */
async function handOver(typed: string, exchanges: readonly Exchange[], community = ''): Promise<string> {
  replay = await startReplay(exchanges, 300);
  const servers = new ShareServers(new SettableClock(new Date('2023-09-02T07:30:00Z')), replay.http);
  const server = await servers.find(typed);
  if (!server.ok) return server.error;
  const link = await servers.linkTo(server.value, POST, community);
  return link.ok ? link.value : link.error;
}

describe('a post goes to the page', () => {
  const social = software('mastodon', 'social.home.example');

  test('that the server names itself, on the host where the account lives, with what it does not know left empty', async () => {
    const template = 'https://social.home.example/new?text={content}&reply={inReplyTo}&kind={type}&then={on-success}';
    expect(await handOver('@ada@home.example', [webfinger([SELF, { rel: CREATE, template }]), ...social])).toBe(
      `https://social.home.example/new?text=${TEXT}&reply=&kind=Note&then=`,
    );
  });

  test('that is named in href, as the text of FEP-3b86 has it', async () => {
    const href = 'https://home.example/intents/create?content={content}';
    expect(await handOver('ada@home.example', [webfinger([SELF, { rel: CREATE, href }]), ...social])).toBe(`https://home.example/intents/create?content=${TEXT}`);
  });

  test.each([
    ['leads elsewhere', 'https://evil.example/share?text={content}'],
    ['is no address', 'javascript:alert("{content}")'],
    ['has no room for the text', 'https://home.example/reply?to={inReplyTo}'],
  ])('of its software where the named one %s', async (_name, template) => {
    expect(await handOver('@ada@home.example', [webfinger([SELF, { rel: CREATE, template }]), ...social])).toBe(`https://social.home.example/share?text=${TEXT}`);
  });

  test('that a server names whose software has none that is known', async () => {
    const create = { rel: CREATE, template: 'https://pleroma.example/share?message={content}' };
    const links = [{ ...SELF, href: 'https://pleroma.example/users/ada' }, create];
    expect(await handOver('ada@pleroma.example', [webfinger(links, 'pleroma.example'), ...software('pleroma', 'pleroma.example')])).toBe(`https://pleroma.example/share?message=${TEXT}`);
  });

  test('of its software where only the server was typed, or nobody is there by that name', async () => {
    expect(await handOver('mastodon.example', software('mastodon', 'mastodon.example'))).toBe(`https://mastodon.example/share?text=${TEXT}`);
    await replay?.close();
    expect(await handOver('adda@mastodon.example', software('mastodon', 'mastodon.example'))).toBe(`https://mastodon.example/share?text=${TEXT}`);
  });

  test('of nothing where there is none', async () => {
    expect(await handOver('pleroma.example', software('pleroma', 'pleroma.example'))).toBe('no-share-page');
    await replay?.close();
    expect(await handOver('down.example', [get('down.example/.well-known/nodeinfo', '', 503)])).toBe('unreachable');
    await replay?.close();
    expect(await handOver('not a server', [])).toBe('malformed');
  });
});

describe('on Lemmy', () => {
  const lemmy = software('lemmy', 'lemmy.example');
  const form = `https://lemmy.example/create_post?title=Plus%20sur%20Mastodon&url=https%3A%2F%2Fchiche.example%2Fc%2Fx&body=${TEXT}`;
  const view = { community_view: { community: { id: 42, name: 'fediverse', subscribers: 3 } } };
  const community = (name: string, version = 'v3', body: unknown = view, status = 200): Exchange =>
    get(`lemmy.example/api/${version}/community?name=${encodeURIComponent(name)}`, body, status);

  test('the community may be left to choose there', async () => {
    expect(await handOver('lemmy.example', lemmy)).toBe(form);
  });

  test.each([
    ['fediverse', 'fediverse'],
    ['!fediverse@lemmy.example', 'fediverse'],
    ['!fediverse@lemmy.world', 'fediverse@lemmy.world'],
    ['https://lemmy.world/c/fediverse', 'fediverse@lemmy.world'],
  ])('a community is found as it was typed: %s', async (typed, name) => {
    expect(await handOver('lemmy.example', [...lemmy, community(name)], typed)).toBe(`${form}&communityId=42`);
  });

  test('also where the third version of its API is no more', async () => {
    const gone = get('lemmy.example/api/v3/community?name=fediverse', {}, 404);
    expect(await handOver('lemmy.example', [...lemmy, gone, community('fediverse', 'v4')], 'fediverse')).toBe(`${form}&communityId=42`);
  });

  test('one that is not known there is told', async () => {
    expect(await handOver('lemmy.example', [...lemmy, community('nope', 'v3', { error: 'couldnt_find_community' }, 404)], 'nope')).toBe('no-community');
    await replay?.close();
    expect(await handOver('lemmy.example', lemmy, 'what is this?')).toBe('no-community');
  });
});
