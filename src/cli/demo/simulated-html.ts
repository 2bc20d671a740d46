import type { Answer } from './simulated-answers.ts';

/** HTML that is safe to put into more HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | readonly Html[];

/** A template whose every value is escaped, except HTML made by this same template. */
export function html(fixed: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(String.raw({ raw: fixed }, ...values.map(pieceText)));
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function pieceText(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  return typeof piece === 'object' ? piece.map(({ text }) => text).join('') : escapeHtml(String(piece));
}

/** The same words in both languages, each marked as what it is. */
export function both(french: string, english: string): Html {
  const between = html`<span aria-hidden="true">·</span>`;
  return html`<span lang="fr">${french}</span> ${between} <span lang="en">${english}</span>`;
}

const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf6; --ink: #17161f; --soft: #5d5a6b; --violet: #5b3fd6;
  --sun: #ffb627; --card: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14131a; --ink: #f3f1fa; --soft: #aaa6bb; --violet: #a594ff; --sun: #ffc24d; --card: #1e1c27; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
.simulated { background: var(--sun); color: #17161f; padding: .5rem 1rem; text-align: center; font-weight: 600; }
main { max-width: 36rem; margin: 1.5rem auto; padding: 0 1rem; }
.card { background: var(--card); border-radius: 1rem; padding: 1.25rem; margin: 1rem 0; overflow-wrap: anywhere; }
.who { display: flex; gap: 1rem; align-items: center; }
.who img { border-radius: .75rem; }
h1, h2 { font-size: 1.375rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.1875rem; }
.who p { margin: 0; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.number { font-size: 2rem; font-weight: 700; font-variant-numeric: tabular-nums; }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
select, textarea, button { font: inherit; width: 100%; min-height: 2.75rem; border-radius: .75rem;
  padding: .5rem .75rem; }
select, textarea { border: 1px solid var(--soft); background: var(--paper); color: inherit; }
textarea { min-height: 11rem; }
button { border: 0; margin-top: 1rem; background: var(--violet); color: var(--paper); font-weight: 700; }
a { color: var(--violet); }
ul { padding: 0; margin: 0; list-style: none; }
li { padding: .5rem 0; }
:focus-visible { outline: 3px solid var(--sun); outline-offset: 2px; }
`;

const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'";

/** A page that says at its top, in both languages, that none of it is real. */
export function page(title: string, content: Html, status = 200): Answer {
  const warning = both('Serveur simulé : rien ici n’est réel', 'Simulated server: nothing here is real');
  const document = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} — simulated · simulé</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header class="simulated">${warning}</header>
<main>${content}</main>
</body>
</html>`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP },
    body: document.text,
  };
}

/** A field's value as it is shown in profiles: an address is a rel=me link. */
export function linked(value: string): string {
  const text = escapeHtml(value);
  return value.startsWith('https://') ? `<a href="${text}" rel="me nofollow noopener">${text}</a>` : text;
}
