import { activityPubNetwork } from './fediverse-account.ts';

/**
 * Pixelfed, whose API wants a token. Its actors are Persons that keep half an hour (`ProfileController::showActivityPub`)
 * and name a page, not an actor, as what they moved to (`ProfileTransformer`). Its WebFinger knows a suspended account
 * as little as one that never was, and answers 400 for both (`FederationController::webfinger`).
 */
export const network = activityPubNetwork({
  id: 'pixelfed',
  name: 'Pixelfed',
  software: ['pixelfed'],
  suspended: 'not-found',
});
