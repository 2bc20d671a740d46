import MarkdownIt from 'markdown-it';

/** Headings of a story stand below the page's own. */
const HEADING_SHIFT = 2;

const parser = new MarkdownIt({ html: false, linkify: true, typographer: false }).disable(['image']);

parser.core.ruler.push('below_page_headings', (state) => {
  for (const token of state.tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue;
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + HEADING_SHIFT)}`;
  }
});

parser.renderer.rules['link_open'] = (tokens, index, options, _environment, renderer) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener ugc');
  return renderer.renderToken(tokens, index, options);
};

/**
 * What a campaigner wrote, as HTML: no raw HTML, no pictures, links that search engines ignore,
 * and only http(s) and mailto addresses (markdown-it's own rule).
 */
export function renderMarkdown(source: string): string {
  return parser.render(source);
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
