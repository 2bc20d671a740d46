import { activityPubNetwork } from './fediverse-account.ts';

/**
 * Friendica, whose account lookup wants the scope `read`. Its collections tell `totalItems` even of those who hide their
 * contacts (`Transmitter::getContacts`), counted once in a day. Unsigned requests get an actor without a picture, text
 * or links. Blocked accounts are not found (`Module\Profile\Profile`), and none is said to have moved.
 */
export const network = activityPubNetwork({
  id: 'friendica',
  name: 'Friendica',
  software: ['friendica'],
  suspended: 'not-found',
  profileUrl,
});

function profileUrl(handle: string): string {
  const [user = '', host = ''] = handle.split('@');
  return `https://${host}/profile/${user}`;
}
