import { activityPubNetwork } from './fediverse-account.ts';

/**
 * GoToSocial, whose API wants a token and whose ActivityPub wants a signature: unsigned requests get 401
 * (`internal/processing/fedi`). A hidden collection is served without `totalItems`. It never says that an account is
 * suspended: what is left of one shows like an account that hides its followers (`stubbifyAccount`).
 */
export const network = activityPubNetwork({
  id: 'gotosocial',
  name: 'GoToSocial',
  software: ['gotosocial'],
  suspended: 'hidden',
});
