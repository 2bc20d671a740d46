import { redirect, type Answer } from './simulated-answers.ts';
import type { Asked } from './simulated-software.ts';
import { both, html, page, type Html } from './simulated-html.ts';
import { countOf, textOf, type SimulatedAccount, type SimulatedWorld } from './simulated-world.ts';

const FOLLOW_PAGES = ['/authorize_interaction', '/authorize-follow'];

/** The pages that people meet on a simulated server. `base` goes before every path that a browser gets. */
export function pageAnswer(world: SimulatedWorld, asked: Asked, base: string): Answer {
  const { method, path, account } = asked;
  const posts = method === 'POST';
  if (FOLLOW_PAGES.includes(path)) return posts ? follow(world, asked, base) : followPage(world, asked, base);
  if (path === '/share') return posts ? sharedPage(asked) : sharePage(world, asked, base);
  if (path === '/') return serverPage(world, asked, base);
  return account ? profilePage(account, base) : missing(path);
}

/** Where a person without any address starts: every server and who is there. */
export function worldPage(world: SimulatedWorld): Answer {
  const servers = world.servers.map(
    (server) => html`<section class="card">
<h2>${server.host}</h2>
<p class="soft">${server.software}</p>
${accountList(world.accountsOf(server), `/~${server.host}`)}
</section>`,
  );
  return page('Simulated fediverse', html`<h1>${both('Un fédivers simulé', 'A simulated fediverse')}</h1>${servers}`);
}

/** For a browser that was sent to a server outside the simulation. */
export function outsidePage(address: string): Answer {
  const content = html`<h1>${both('Hors de la simulation', 'Outside the simulation')}</h1>
<p class="card">${both(
    'Cette adresse n’est pas simulée. En vrai, le lien mène à :',
    'This address is not simulated. In reality, the link leads to:',
  )}<br><a rel="nofollow noopener noreferrer" href="${address}">${address}</a></p>`;
  return page('Outside the simulation', content, 404);
}

function serverPage(world: SimulatedWorld, { server }: Asked, base: string): Answer {
  const content = html`<h1>${server.host}</h1><p class="soft">${server.software}</p>
<div class="card">${accountList(world.accountsOf(server), base)}</div>`;
  return page(server.host, content);
}

function accountList(accounts: readonly SimulatedAccount[], base: string): Html {
  const items = accounts.map(
    (account) => html`<li>
<a href="${base}/@${account.handle.user}">@${textOf(account)}</a> <strong>${countOf(account)}</strong>
</li>`,
  );
  return html`<ul>${items}</ul>`;
}

function profilePage(account: SimulatedAccount, base: string): Answer {
  const fields = account.fields.map(({ name, value }) => {
    const isLink = value.startsWith('https://');
    const link = isLink ? html`<a rel="me nofollow noopener" href="${value}">${value}</a>` : value;
    return html`<p><span class="soft">${name}</span> ${link}</p>`;
  });
  const about = html`<div class="card"><p>${account.note}</p>${fields}</div>`;
  return page(account.displayName, html`${identity(account, base, 'h1')}${about}`);
}

function identity(account: SimulatedAccount, base: string, heading: 'h1' | 'h2'): Html {
  const name = heading === 'h1' ? html`<h1>${account.displayName}</h1>` : html`<h2>${account.displayName}</h2>`;
  return html`<div class="card"><div class="who">
<img src="${base}/avatars/${account.id}.png" width="64" height="64" alt="">
<div>${name}<p class="soft">@${textOf(account)}</p></div>
</div>
<p><span class="number">${countOf(account)}</span> ${both('abonné·es', 'followers')}</p></div>`;
}

function followPage(world: SimulatedWorld, asked: Asked, base: string): Answer {
  const { server, path, query } = asked;
  const wanted = query.get('uri') ?? query.get('acct') ?? '';
  const target = world.findAccount(wanted);
  const people = world.peopleOf(server).filter((person) => person !== target);
  if (!target || people.length === 0) return missing(wanted);
  const person = people.find((one) => textOf(one) === query.get('as'));
  // The avatar is asked from the target's own server, which a browser only reaches under its own prefix.
  const card = identity(target, base && `/~${target.server.host}`, 'h2');
  const form = followForm(people, person ?? server.lastAsked, base + path, wanted);
  const content = person && target.followers.includes(person) ? followed(person) : form;
  const question = html`<h1>${both('Suivre ce compte ?', 'Follow this account?')}</h1>`;
  return page(`Follow @${textOf(target)}`, html`${question}${card}${content}`);
}

function followForm(
  people: readonly SimulatedAccount[],
  chosen: SimulatedAccount | null,
  action: string,
  uri: string,
): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="uri" value="${uri}">
${personField(people, chosen)}
<button>${both('Suivre', 'Follow')}</button>
</form>`;
}

function followed(person: SimulatedAccount): Html {
  return html`<p class="card" role="status">${both(
    `@${textOf(person)} suit ce compte. Vous pouvez fermer cette page.`,
    `@${textOf(person)} follows this account. You can close this page.`,
  )}</p>`;
}

/** A choice of who sits in front of the browser. */
export function personField(people: readonly SimulatedAccount[], chosen: SimulatedAccount | null): Html {
  const options = people.map((person) => {
    const handle = textOf(person);
    return person === chosen
      ? html`<option selected value="${handle}">@${handle}</option>`
      : html`<option value="${handle}">@${handle}</option>`;
  });
  return html`<label for="as">${both('En tant que', 'As')}</label><select id="as" name="as">${options}</select>`;
}

function follow(world: SimulatedWorld, { server, path, body }: Asked, base: string): Answer {
  const form = new URLSearchParams(body);
  const [uri, as] = [form.get('uri') ?? '', form.get('as') ?? ''];
  const target = world.findAccount(uri);
  const person = world.findAccount(as);
  if (!target || person?.server !== server) return missing(uri);
  world.follow(textOf(person), textOf(target));
  return redirect(`${base}${path}?${new URLSearchParams({ uri, as }).toString()}`);
}

function sharePage(world: SimulatedWorld, { server, query }: Asked, base: string): Answer {
  const text = [query.get('title'), query.get('text'), query.get('url')].filter((part) => part).join('\n\n');
  const people = world.peopleOf(server);
  const content = html`<h1>${both('Publier', 'Publish')}</h1>
<form class="card" method="post" action="${base}/share">
${personField(people, server.lastAsked)}
<label for="text">${both('Votre message', 'Your post')}</label>
<textarea id="text" name="text" rows="8">${text}</textarea>
<button>${both('Publier (simulé)', 'Publish (simulated)')}</button>
</form>`;
  return page('Share', content);
}

function sharedPage({ body }: Asked): Answer {
  const form = new URLSearchParams(body);
  const lines = (form.get('text') ?? '').split(/\r?\n/).map((line) => html`<p>${line}</p>`);
  const content = html`<h1>${both('Publié (simulé)', 'Published (simulated)')}</h1>
<article class="card"><p class="soft">@${form.get('as') ?? ''}</p>${lines}</article>`;
  return page('Published', content);
}

function missing(what: string): Answer {
  const content = html`<h1>${both('Introuvable', 'Not found')}</h1><p class="card">${what}</p>`;
  return page('Not found', content, 404);
}
