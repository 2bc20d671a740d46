import { expect, test } from '@jest/globals';
import { plainExcerpt, renderMarkdown } from './markdown.ts';

test('raw HTML, pictures and scripts stay text', () => {
  expect(renderMarkdown('<img src=x onerror=alert(1)>')).toBe('<p>&lt;img src=x onerror=alert(1)&gt;</p>\n');
  expect(renderMarkdown('![x](https://tracker.example/p.gif)')).not.toContain('<img');
  expect(renderMarkdown('[x](javascript:alert(1))')).not.toContain('href');
});

test('links are no endorsement, and headings stand below the page’s own', () => {
  expect(renderMarkdown('[site](https://a.example)')).toContain('<a href="https://a.example" rel="nofollow noopener ugc">');
  expect(renderMarkdown('# One\n\n###### Six')).toBe('<h3>One</h3>\n<h4>Six</h4>\n');
  expect(renderMarkdown('# One', 1)).toBe('<h2>One</h2>\n');
  expect(renderMarkdown('## Two')).toBe('<h3>Two</h3>\n');
  expect(renderMarkdown('### Three\n\n## Two\n\n### Three')).toBe('<h3>Three</h3>\n<h3>Two</h3>\n<h4>Three</h4>\n');
});

test('an excerpt is plain and ends at a word', () => {
  expect(plainExcerpt('**Bold** & [link](https://a.example) text', 100)).toBe('Bold & link text');
  expect(plainExcerpt('one two three', 9)).toBe('one two…');
});
