// Chiche works without this file; it only makes a few things quicker.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const french = document.documentElement.lang === 'fr';
const say = (fr, en) => (french ? fr : en);

// Copy and share
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy],[data-copy-from],[data-share]');
  if (!button) return;
  const source = document.querySelector(button.dataset.share || button.dataset.copyFrom || null);
  const text = button.dataset.copy ?? source?.value ?? source?.innerText ?? '';
  try {
    if ('share' in button.dataset) return void (await navigator.share({ text }));
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  } catch (error) {
    // A person who closes the share sheet has changed their mind: nothing to say.
    if (error.name !== 'AbortError') window.prompt(say('Copiez ce texte', 'Copy this text'), text);
  }
});
const reveal = () => {
  for (const button of all('[data-copy],[data-copy-from],[data-print]')) button.hidden = false;
  if (navigator.share) for (const button of all('[data-share]')) button.hidden = false;
  for (const part of all('[data-without-script]')) part.remove();
};

// The handle and the server, each remembered on this device only when its owner ticked so
const REMEMBERED = {
  handle: [say('Retenir mon adresse sur cet appareil.', 'Remember my address on this device.'), say('Oublier cette adresse', 'Forget this address')],
  server: [say('Retenir mon serveur sur cet appareil.', 'Remember my server on this device.'), say('Oublier ce serveur', 'Forget this server')],
};
const store = {
  read: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  write: (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* storage is off */ } },
};
const remember = () => {
  for (const input of all('form[data-pledge] [name=handle], form[data-studio] [name=server]')) {
    const key = `chiche.${input.name}`;
    const [ask, forgetIt] = REMEMBERED[input.name];
    const known = store.read(key);
    const question = document.createElement('div');
    question.className = 'field checkbox';
    question.innerHTML = '<label><input type="checkbox"><span></span></label>';
    question.querySelector('span').textContent = ask;
    const box = question.querySelector('input');
    (input.name === 'handle' ? input.form.lastElementChild : input.closest('.field').nextElementSibling).before(question);
    input.form.addEventListener('submit', () => { if (box.checked) store.write(key, input.value.trim()); });
    if (!known) continue;
    if (!input.value) input.value = known;
    question.hidden = true;
    const forget = document.createElement('button');
    forget.type = 'button';
    forget.className = 'forget';
    forget.textContent = forgetIt;
    forget.onclick = () => { store.write(key, ''); input.value = ''; question.hidden = false; forget.remove(); input.focus(); };
    input.after(forget);
  }
};

// After a failed form, start where the errors are told; opening the pledge starts at its field
document.getElementById('errors')?.focus();
const pledge = document.querySelector('details.pledge');
pledge?.addEventListener('toggle', () => { if (pledge.open && !document.getElementById('errors')) pledge.querySelector('[name=handle]').focus(); });
if (pledge && location.hash === '#pledge') pledge.open = true;

// Live numbers: a small question every ten seconds, and the page again only when the answer changed
const live = document.querySelector('[data-poll]');
const keyOf = ({ accounts, pledges: { total, verified, kept, nextRelease } }) => [...accounts, total, verified, kept, nextRelease?.at ?? '', nextRelease?.people ?? ''].join(' ');
const sides = ({ institution, pledges }) => ({
  accounts: [false, true].map((x) => institution.accounts.find((one) => (one.network === 'x') === x)).map((one) => (one ? `${one.followers?.count ?? ''} ${one.state}` : '')),
  pledges,
});
async function refresh() {
  const page = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!page.ok) return;
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
  const article = fresh.querySelector('[data-key]');
  if (!article || article.dataset.key === live.dataset.key) return;
  if (article.className !== live.className) return void location.reload();
  live.dataset.key = article.dataset.key;
  for (const part of all('[data-live]', live)) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!next || part.contains(document.activeElement) || next.innerHTML === part.innerHTML) continue;
    part.innerHTML = next.innerHTML;
    if (part.dataset.live === 'match') {
      // Those who do not see the score turn hear how things stand, once it has changed.
      live.querySelector('[role=status]').textContent = part.querySelector('.between')?.innerText ?? '';
      part.classList.remove('turned');
      requestAnimationFrame(() => part.classList.add('turned'));
    }
  }
}
async function poll() {
  if (document.visibilityState === 'visible') {
    try {
      const answer = await fetch(live.dataset.poll, { headers: { accept: 'application/json' } });
      if (answer.ok) {
        const campaign = await answer.json();
        if (campaign.state !== 'live' || keyOf(sides(campaign)) !== live.dataset.key) await refresh();
      }
    } catch { /* offline: the next question may get through */ }
  }
  setTimeout(poll, 10_000);
}
if (live) setTimeout(poll, 10_000);

// Graph: the nearest reading under the pointer, taken from the table of numbers
const graphs = document.querySelector('.graphs');
if (graphs) {
  const tip = Object.assign(document.createElement('div'), { className: 'tip', hidden: true, ariaHidden: 'true' });
  const rule = Object.assign(document.createElement('div'), { className: 'rule-line', hidden: true });
  const names = () => all('.numbers thead th').slice(1).map((cell) => cell.textContent);
  const hide = () => { tip.hidden = rule.hidden = true; };
  graphs.addEventListener('pointerleave', hide);
  graphs.addEventListener('pointermove', (event) => {
    const svg = all('svg.graph', graphs).find((one) => one.clientWidth > 0);
    if (!svg?.dataset.from) return hide();
    graphs.append(tip, rule);
    const { from, to, left, right, top, bottom } = Object.fromEntries(Object.entries(svg.dataset).map(([key, value]) => [key, +value]));
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    const at = from + (((event.clientX - box.left) / scale - left) / (right - left)) * (to - from);
    const rows = all('.numbers tbody tr:not(.silence)').map((row) => ({ row, at: Date.parse(row.querySelector('time').dateTime) }));
    const near = rows.reduce((best, one) => (!best || Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best), null);
    if (!near) return hide();
    const x = (left + ((near.at - from) / (to - from)) * (right - left)) * scale;
    const counts = all('td', near.row).map((cell, index) => [names()[index], cell]).filter(([, cell]) => !cell.querySelector('.soft'));
    tip.replaceChildren(...[near.row.querySelector('time').textContent, ...counts.map(([name, cell]) => `${name} ${cell.querySelector('b').textContent}`)].map((line) => Object.assign(document.createElement('div'), { textContent: line })));
    tip.hidden = rule.hidden = false;
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.max(half, Math.min(x, box.width - half))}px`;
    tip.style.top = `${Math.max(top * scale, tip.offsetHeight + 12)}px`;
    Object.assign(rule.style, { left: `${x}px`, top: `${top * scale}px`, height: `${(bottom - top) * scale}px` });
  });
}

// The studio: a post is measured and shown while it is typed, as src/domain/post-length.ts and src/web/share-post.ts do
const studio = () => {
  const area = document.querySelector('[data-linked]');
  if (!area) return;
  const { linked, limit, unit, urlLength, shortMentions, maxBytes } = area.dataset;
  const counter = document.getElementById('count');
  const words = counter.textContent;
  const sample = document.querySelector('.sample');
  const mail = document.querySelector('[data-mail]');
  const letters = (text) => (Intl.Segmenter ? [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment) : [...text]);
  const weight = (letter) => (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(letter) ? 2 : [...letter].reduce((sum, code) => sum + (/[\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/u.test(code) ? 1 : 2), 0));
  const measures = {
    'graphemes': (text) => letters(text).length,
    'code-units': (text) => text.length,
    'weighted': (text) => letters(text.normalize('NFC')).reduce((sum, letter) => sum + weight(letter), 0),
  };
  const pieces = (text) => {
    let end = 0;
    const found = [...text.matchAll(new RegExp(linked, 'giu'))].flatMap(({ 0: match, index, groups }) => {
      const before = { text: text.slice(end, index) };
      end = index + match.length;
      return [before, { text: match, kind: groups.url ? 'url' : groups.mention ? 'mention' : 'hashtag' }];
    });
    return [...found, { text: text.slice(end) }];
  };
  const counted = ({ text, kind }) => (kind === 'mention' && shortMentions !== undefined ? text.replace(/(?<=.)@.*/, '') : text);
  const shown = (piece) => {
    if (piece.kind !== 'url' || unit === 'code-units') return counted(piece);
    const address = [...piece.text.replace(/^https?:\/\/(?:www\.)?/i, '')];
    return address.slice(0, 30).join('') + (address.length > 30 ? '…' : '');
  };
  const measure = () => {
    const text = area.value;
    const parts = pieces(text);
    const length = parts.reduce((sum, part) => sum + (part.kind === 'url' && urlLength ? +urlLength : measures[unit](counted(part))), 0);
    counter.textContent = words.replace(/^[^/]*(?= )/, new Intl.NumberFormat(document.documentElement.lang).format(length));
    counter.classList.toggle('is-over', length > limit || new TextEncoder().encode(text).length > (maxBytes ?? Infinity));
    sample.querySelector('.said').replaceChildren(...parts.map((part) => (part.kind ? Object.assign(document.createElement('span'), { className: `is-${part.kind}`, textContent: shown(part) }) : part.text)));
    const { url, linkBeside } = sample.dataset;
    const hasCard = linkBeside !== undefined || parts.find(({ kind }) => kind === 'url')?.text.split(/[?#]/)[0] === url;
    sample.querySelector('.link-card').hidden = !hasCard;
    document.querySelector('[data-no-card]').hidden = hasCard;
    document.querySelector('[data-plain-hashtag]').hidden = !parts.some(({ kind, text }) => kind === 'hashtag' && /^#[\p{Ll}\p{N}_]{8,}$/u.test(text));
    mail.href = mail.href.replace(/body=.*/, `body=${encodeURIComponent(text.replace(/\n/g, '\r\n'))}`);
  };
  area.addEventListener('input', measure);
  const restore = document.querySelector('[data-restore]');
  restore.hidden = spare === null;
  restore.onclick = () => { area.value = spare; spare = null; restore.hidden = true; measure(); area.focus(); };
  measure();
};

// Another post without another page; what was typed is kept for another network, and can be brought back from another post
let spare = null;
let asked = 0;
async function swap(address, { keeps = false } = {}) {
  const mine = (asked += 1);
  const answer = await fetch(address, { headers: { accept: 'text/html' } }).catch(() => null);
  if (mine !== asked) return;
  if (!answer?.ok) return void location.assign(address);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const area = document.querySelector('[data-linked]');
  const edited = area.value !== area.defaultValue || 'edited' in area.dataset ? area.value : null;
  const typed = all('[data-studio] input').map(({ id, value }) => ({ id, value }));
  const focused = document.activeElement.id;
  for (const part of ['main', '.top nav']) document.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  history.replaceState(null, '', address);
  for (const { id, value } of typed) { const input = id && document.getElementById(id); if (input) input.value = value; }
  const post = document.querySelector('[data-linked]');
  if (edited !== null && keeps) Object.assign(post, { value: edited });
  else spare = edited ?? spare;
  reveal();
  remember();
  studio();
  if (focused) (document.getElementById(focused) ?? post).focus({ preventScroll: true });
  // Those who do not see the post turn hear the new one, once there is a place that speaks.
  setTimeout(() => (document.querySelector('[data-studio] [role=status]').textContent = post.value), 100);
}
document.addEventListener('change', ({ target }) => {
  const form = target.closest('[data-choices]');
  if (form) swap(`${form.action}?${new URLSearchParams(new FormData(form))}`, { keeps: target.name === 'network' });
});
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-swap]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href);
});
document.addEventListener('click', ({ target }) => { if (target.closest?.('[data-print]')) window.print(); });

reveal();
remember();
studio();
