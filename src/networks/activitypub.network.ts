import { activityPubNetwork } from './fediverse-account.ts';

/** Any server that speaks ActivityPub and has no file of its own here. */
export const network = activityPubNetwork({ id: 'activitypub', name: 'ActivityPub', software: [], suspended: 'not-found' });
