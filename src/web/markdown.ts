import MarkdownIt from 'markdown-it';

/** The level of the heading under which a campaigner's text stands, on most pages. */
const USUAL_HEADING = 2;

const parser = new MarkdownIt({ html: false, linkify: true, typographer: false }).disable(['image']);

/** Headings stand below the page's own and leave no level out, with however many # they were written. */
parser.core.ruler.push('below_page_headings', (state) => {
  const headings = state.tokens.filter(({ type }) => type === 'heading_open' || type === 'heading_close');
  const written = [...new Set(headings.map(({ tag }) => tag))].toSorted();
  const { under } = state.env as { under: number };
  let above = under;
  for (const token of headings) {
    if (token.type === 'heading_open') above = Math.min(under + 1 + written.indexOf(token.tag), above + 1, 6);
    token.tag = `h${above}`;
  }
});

parser.renderer.rules['link_open'] = (tokens, index, options, _environment, renderer) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener ugc');
  return renderer.renderToken(tokens, index, options);
};

/**
 * What a campaigner wrote, as HTML: no raw HTML, no pictures, links that search engines ignore,
 * and only http(s) and mailto addresses (markdown-it's own rule). `under` is the level of the heading that it stands under.
 */
export function renderMarkdown(source: string, under = USUAL_HEADING): string {
  return parser.render(source, { under });
}

/** The first words of a text, without its marks, cut at a word: for previews. */
export function plainExcerpt(source: string, length: number): string {
  const text = renderMarkdown(source)
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/\s+\S*$/, '')}…`;
}
