import { expect, test } from '@jest/globals';
import { afterSignIn } from './sign-in-next.ts';

test.each(['/moderation', '/moderation/log?by=camille&page=2', '/moderation/campaigns/0199e9f0-0000-7000-8000-000000000000'])(
  '%s is a page of the staff',
  (path) => expect(afterSignIn(path)).toBe(path),
);

test.each([
  undefined,
  ['/moderation/log'],
  '',
  '/',
  '/moderationx',
  '/moderation/../../account',
  'moderation/log',
  '//evil.example/moderation',
  '/\\evil.example/moderation',
  '\\/evil.example',
  '/moderation/log\n',
  '/\t/evil.example/moderation',
  'https://evil.example/moderation',
  'javascript:alert(1)',
])('%j leads to the queue', (asked) => expect(afterSignIn(asked)).toBe('/moderation'));
