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
const reveal = (root) => {
  for (const button of all('[data-copy],[data-copy-from]', root)) button.hidden = false;
  if (navigator.share) for (const button of all('[data-share]', root)) button.hidden = false;
};
reveal(document);

// The handle, remembered on this device only when its owner ticked so
const KEY = 'chiche.handle';
const store = {
  read: () => { try { return localStorage.getItem(KEY); } catch { return null; } },
  write: (value) => { try { value ? localStorage.setItem(KEY, value) : localStorage.removeItem(KEY); } catch { /* storage is off */ } },
};
for (const form of all('form[data-pledge]')) {
  const input = form.elements.handle;
  const known = store.read();
  const remember = document.createElement('div');
  remember.className = 'field checkbox';
  remember.innerHTML = '<label><input type="checkbox"><span></span></label>';
  remember.querySelector('span').textContent = say('Retenir mon adresse sur cet appareil.', 'Remember my address on this device.');
  const box = remember.querySelector('input');
  form.lastElementChild.before(remember);
  form.addEventListener('submit', () => { if (box.checked) store.write(input.value.trim()); });
  if (!known) continue;
  if (!input.value) input.value = known;
  remember.hidden = true;
  const forget = document.createElement('button');
  forget.type = 'button';
  forget.className = 'forget';
  forget.textContent = say('Oublier cette adresse', 'Forget this address');
  forget.onclick = () => { store.write(''); input.value = ''; remember.hidden = false; forget.remove(); input.focus(); };
  input.after(forget);
}

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

// Length of a post in the unit of its network, as src/domain/post-length.ts counts it
for (const area of all('textarea[data-limit]')) {
  const counter = document.getElementById(area.dataset.counter);
  const { limit, urlLength, unit, shortMentions } = area.dataset;
  const words = counter.textContent;
  const letters = (text) => (Intl.Segmenter ? [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment) : [...text]);
  const weight = (letter) => (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(letter) ? 2 : [...letter].reduce((sum, code) => sum + (/[\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/u.test(code) ? 1 : 2), 0));
  const measures = {
    graphemes: (text) => letters(text).length,
    'code-units': (text) => text.length,
    weighted: (text) => letters(text.normalize('NFC')).reduce((sum, letter) => sum + weight(letter), 0),
  };
  const measure = () => {
    let urls = 0;
    let text = area.value;
    if (+urlLength) text = text.replace(/https?:\/\/[^\s<>"«»]*[^\s<>"«»“”‘’'.,;:!?…()[\]{}]/giu, () => ((urls += 1), ''));
    if (shortMentions) text = text.replace(/(@\w[\w.-]*)@[\w.-]*\w/g, '$1');
    const length = measures[unit](text) + urls * urlLength;
    counter.textContent = words.replace(/^\S+/, new Intl.NumberFormat(document.documentElement.lang).format(length));
    counter.classList.toggle('is-over', length > +limit);
  };
  area.addEventListener('input', measure);
}
for (const button of all('[data-print]')) { button.hidden = false; button.onclick = () => window.print(); }
