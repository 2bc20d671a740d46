import { expect, test } from '@jest/globals';
import { accountText, parseAccountText } from './account-text.ts';

test.each([
  ['mastodon:Edu@social.example', { network: null, handleKey: 'edu@social.example' }],
  ['activitypub:@edu@SOCIAL.example', { network: null, handleKey: 'edu@social.example' }],
  ['@edu@social.example', { network: null, handleKey: 'edu@social.example' }],
  ['edu@social.example', { network: null, handleKey: 'edu@social.example' }],
  ['https://social.example/@edu', { network: null, handleKey: 'edu@social.example' }],
  ['x:Edu', { network: 'x', handleKey: 'edu' }],
  ['X:@edu', { network: 'x', handleKey: 'edu' }],
  ['x:https://x.com/edu', { network: 'x', handleKey: 'edu' }],
  ['lemmy:!edu@lemmy.example', { network: null, handleKey: 'edu@lemmy.example' }],
  ['!edu@lemmy.example', { network: null, handleKey: 'edu@lemmy.example' }],
  ['bluesky:Edu.bsky.social', { network: 'bluesky', handleKey: 'edu.bsky.social' }],
  ['bluesky:@edu.bsky.social', { network: 'bluesky', handleKey: 'edu.bsky.social' }],
  ['bluesky:https://bsky.app/profile/edu.bsky.social', { network: 'bluesky', handleKey: 'edu.bsky.social' }],
  ['bluesky:did:plc:z72i7hdynmk6r22z27h6tvur', { network: 'bluesky', handleKey: 'did:plc:z72i7hdynmk6r22z27h6tvur' }],
])('%s is understood', (text, key) => {
  expect(parseAccountText(text)).toEqual(key);
});

test.each(['', 'edu', '@edu', 'x:', 'x:no name', 'icq:12345', 'mastodon:edu', 'bluesky:edu', 'edu.bsky.social'])('%j is no account', (text) => {
  expect(parseAccountText(text)).toBeNull();
});

test('what is written is understood', () => {
  expect(parseAccountText(accountText({ network: 'x', handle: 'Edu' }))).toEqual({ network: 'x', handleKey: 'edu' });
  const museum = { network: 'bluesky', handle: 'museum.bsky.social' };
  expect(parseAccountText(accountText(museum))).toEqual({ network: 'bluesky', handleKey: museum.handle });
});
