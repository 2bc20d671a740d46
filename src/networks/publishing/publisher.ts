import { fail, type Result } from '../../domain/result.ts';
import type { PostRules } from '../../domain/post-length.ts';
import type { Asking, NetworkFailure } from '../network.ts';

/** The account that posts are published from, on its own server. */
export interface BotAccount {
  /** `https://host`. */
  readonly origin: string;
  /** Whose API its server speaks. */
  readonly flow: 'mastodon' | 'misskey';
  readonly token: string;
}

/** What a server takes. */
export interface PublishingLimits {
  readonly text: PostRules;
  /** Of a picture, in bytes; null: not told. */
  readonly pictureBytes: number | null;
  /** Most letters of an alternative text. */
  readonly altLength: number;
  /** Whether the same idempotency key gets the same post again. */
  readonly keepsKeys: boolean;
  /** Whether a post can be changed afterwards. */
  readonly canEdit: boolean;
}

export type QuotePolicy = 'public' | 'followers' | 'nobody';

export interface OutgoingPost {
  readonly text: string;
  readonly language: string;
  /** `unlisted` stays out of public timelines. */
  readonly visibility: 'public' | 'unlisted';
  /** Who may quote it, where the server knows that (Mastodon ≥ 4.5). */
  readonly quotes: QuotePolicy;
  /** As {@link Publisher.upload} gave it; null: no picture. */
  readonly pictureId: string | null;
}

/** What one person is told, and nobody else. */
export interface DirectMessage {
  /** `user@host`; the text names nobody beside. */
  readonly handle: string;
  readonly text: string;
  readonly language: string;
}

export interface PublishedPost {
  readonly id: string;
  /** The page that people visit. */
  readonly url: string;
}

/** Why nothing was published, as far as that is known. `detail` is a short code without handles, addresses or texts. */
export type PublishFailure =
  /** It never got there. */
  | { readonly type: 'not-reached'; readonly detail: string }
  /** It went out, and no answer came back that tells what became of it. */
  | { readonly type: 'no-answer'; readonly detail: string }
  | { readonly type: 'rate-limited'; readonly retryAt: Date | null }
  /** The token does not allow it, or not any more. */
  | { readonly type: 'refused' }
  /** The server does not take it as it is. */
  | { readonly type: 'rejected'; readonly detail: string }
  /** What was to be changed is not there any more. */
  | { readonly type: 'gone' };

/** What a publisher asks with; all that it does ends when `until` does, and counts as unanswered. */
export type PublisherAsking = Pick<Asking, 'http' | 'now'> & { readonly until: AbortSignal };

export type Published<T> = Promise<Result<T, PublishFailure>>;

/** Publishes from one account; nothing is tried twice here, as whoever asks knows what it wrote down. */
export interface Publisher {
  /** Whether the server answers and takes the token; nothing is published. */
  check(): Published<null>;
  limits(): Published<PublishingLimits>;
  /** The id of a picture that is ready to be used in a post. */
  upload(picture: { readonly png: Buffer; readonly alt: string }): Published<string>;
  publish(post: OutgoingPost, key: string): Published<PublishedPost>;
  /** `rejected` is about this person, whom the server does not find or does not write to; every other failure is about the account. */
  tell(message: DirectMessage, key: string): Published<null>;
  edit(id: string, post: OutgoingPost): Published<null>;
  /** Looks through the account's own posts since a moment for the one with this link; null: it is not among them. */
  find(link: string, since: Date): Published<PublishedPost | null>;
}

/** Errors of a connection that was never made. */
const NEVER_LEFT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'FORBIDDEN_ADDRESS', 'forbidden-address', 'forbidden-url'];

/** What a failed exchange means for something that was to be published by it. */
export function publishFailure(failure: NetworkFailure): PublishFailure {
  switch (failure.type) {
    case 'rate-limited':
    case 'refused':
      return failure;
    case 'gone':
    case 'deleted':
      return { type: 'gone' };
    case 'unreachable':
      return { type: NEVER_LEFT.includes(failure.detail) ? 'not-reached' : 'no-answer', detail: failure.detail };
    case 'unreadable':
      if (NEVER_LEFT.includes(failure.detail)) return { type: 'not-reached', detail: failure.detail };
      return { type: /^status-[34]/.test(failure.detail) ? 'rejected' : 'no-answer', detail: failure.detail };
    default:
      return { type: 'no-answer', detail: failure.type };
  }
}

/** As {@link publishFailure}, of a whole result. */
export function published<T>(result: Result<T, NetworkFailure>): Result<T, PublishFailure> {
  return result.ok ? result : fail(publishFailure(result.error));
}

/** Whether a text or a document of HTML has this very link in it, and not one that only begins like it. */
export function hasLink(text: string, link: string): boolean {
  return text.split(link).slice(1).some((rest) => !/^[\w-]/.test(rest));
}
