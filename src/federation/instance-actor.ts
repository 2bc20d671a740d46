import { siteActor } from '../platform/site-key.ts';
import { LANGUAGES, translator, type Language } from '../platform/text.ts';

const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams';

export interface InstanceActorFacts {
  readonly publicUrl: string;
  readonly publicKeyPem: string;
  /** Of whoever looks at it without saying theirs. */
  readonly language: Language;
}

/**
 * The actor that signs what Chiche asks of other servers: an ActivityStreams `Application` that follows nobody, says
 * nothing and receives nothing. Its shape is that of Mastodon's (`InstanceActorsController`); GoToSocial wants the key's
 * `owner` to be the actor and its name to be found by WebFinger (`ASRepresentationToAccount`, `Federator.derefPubKey`).
 */
export function instanceActor({ publicUrl, publicKeyPem, language }: InstanceActorFacts): object {
  const { id, keyId } = siteActor(publicUrl);
  return {
    '@context': [
      ACTIVITY_STREAMS,
      'https://w3id.org/security/v1',
      { manuallyApprovesFollowers: 'as:manuallyApprovesFollowers' },
    ],
    id,
    type: 'Application',
    preferredUsername: instanceActorName(publicUrl),
    name: 'Chiche',
    summary: summaryIn(language, publicUrl),
    summaryMap: Object.fromEntries(LANGUAGES.map((each) => [each, summaryIn(each, publicUrl)])),
    url: profilePageOf(publicUrl),
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    manuallyApprovesFollowers: true,
    publicKey: { id: keyId, owner: id, publicKeyPem },
  };
}

/** What it has said: ActivityPub (4.1) demands that every actor has this. */
export function emptyOutbox(publicUrl: string): object {
  const id = `${siteActor(publicUrl).id}/outbox`;
  return { '@context': ACTIVITY_STREAMS, id, type: 'OrderedCollection', totalItems: 0, orderedItems: [] };
}

/** The site's host, as Mastodon names its own: no person can be called so. */
export function instanceActorName(publicUrl: string): string {
  return new URL(publicUrl).host;
}

/** For people who want to know who asks: what is read, and how. */
export function profilePageOf(publicUrl: string): string {
  return `${publicUrl}/about/method`;
}

function summaryIn(language: Language, publicUrl: string): string {
  const addresses = { method: profilePageOf(publicUrl), contact: `${publicUrl}/about/legal` };
  return `<p>${translator(language).html('actor.summary_html', addresses)}</p>`;
}
