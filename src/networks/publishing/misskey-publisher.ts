import { z } from 'zod';
import { POST_RULES, withServerLimits } from '../../domain/post-length.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { withDeadline } from '../../platform/http-deadline.ts';
import { readShape, succeeded } from '../answers.ts';
import { misskeyFailure } from '../misskey.network.ts';
import type { NetworkFailure } from '../network.ts';
import { hasLink, publishFailure, published, type BotAccount, type Published, type PublishedPost, type PublishFailure, type Publisher, type PublisherAsking } from './publisher.ts';

/** Misskey's DB_MAX_IMAGE_COMMENT_LENGTH. */
const ALT_LENGTH = 512;
const LISTED = 100;
const MOST_PAGES = 3;

const metaSchema = z.object({ maxNoteTextLength: z.number().int().positive() });
const id = z.string().min(1).max(100);
const fileSchema = z.object({ id });
const noteSchema = z.object({ id, text: z.string().max(200_000).nullish(), createdAt: z.coerce.date() });
const createdSchema = z.object({ createdNote: noteSchema });
const userSchema = z.object({ id });

/**
 * Publishes by Misskey's API (`notes/create`, `drive/files/create`), which Firefish, Sharkey and Iceshrimp speak too. It knows
 * no idempotency key and no change of a note.
 */
export function misskeyPublisher({ origin, token }: Pick<BotAccount, 'origin' | 'token'>, { http: client, now, until: deadline }: PublisherAsking): Publisher {
  const http = withDeadline(client, deadline);
  const ask = <T>(what: string, shape: z.ZodType<T>, fields: object): Promise<Result<T, NetworkFailure>> =>
    read(http.postJson(`${origin}/api/${what}`, { i: token, ...fields }), what, shape, now);
  return {
    async check() {
      const own = await ask('i', userSchema, {});
      return own.ok ? ok(null) : published(own);
    },
    async limits() {
      const meta = await read(http.postJson(`${origin}/api/meta`, { detail: false }), 'meta', metaSchema, now);
      if (!meta.ok && meta.error.type !== 'unreadable' && meta.error.type !== 'gone') return published(meta);
      const text = withServerLimits(POST_RULES.misskey, { maxCharacters: meta.ok ? meta.value.maxNoteTextLength : null, urlCharacters: null });
      return ok({ text, pictureBytes: null, altLength: ALT_LENGTH, keepsKeys: false, canEdit: false });
    },
    async upload({ png, alt }) {
      const file = { field: 'file', name: 'card.png', type: 'image/png', bytes: png };
      const sent = http.postFile(`${origin}/api/drive/files/create`, { i: token, comment: alt, name: 'card.png', force: 'true' }, file);
      const kept = await read(sent, 'drive/files/create', fileSchema, now);
      return kept.ok ? ok(kept.value.id) : published(kept);
    },
    async publish({ text, visibility, pictureId }) {
      const files = pictureId === null ? {} : { fileIds: [pictureId] };
      const made = await ask('notes/create', createdSchema, { text, visibility: visibility === 'unlisted' ? 'home' : 'public', ...files });
      return made.ok ? ok(postOf(made.value.createdNote.id, origin)) : published(made);
    },
    async tell({ handle, text }) {
      const [username = '', host = ''] = handle.split('@');
      const found = await ask('users/show', userSchema, { username, host });
      if (!found.ok) return fail(notFound(publishFailure(found.error)));
      const note = { text: `@${handle} ${text}`, visibility: 'specified', visibleUserIds: [found.value.id] };
      const made = await ask('notes/create', createdSchema, note);
      return made.ok ? ok(null) : published(made);
    },
    edit: async () => fail({ type: 'rejected', detail: 'cannot-edit' }),
    async find(link, since) {
      const own = await ask('i', userSchema, {});
      return own.ok ? findAmong(own.value.id, link, since) : published(own);
    },
  };

  /** Anybody may read them, so that the token needs no permission for it. */
  async function findAmong(userId: string, link: string, since: Date): Published<PublishedPost | null> {
    let until: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const fields = { userId, limit: LISTED, withRenotes: false, ...(until !== undefined && { untilId: until }) };
      const notes = await read(http.postJson(`${origin}/api/users/notes`, fields), 'users/notes', z.array(noteSchema).max(LISTED), now);
      if (!notes.ok) return published(notes);
      const found = notes.value.find(({ text }) => hasLink(text ?? '', link));
      if (found !== undefined) return ok(postOf(found.id, origin));
      const last = notes.value.at(-1);
      if (last === undefined || last.createdAt < since) return ok(null);
      until = last.id;
    }
    return fail({ type: 'no-answer', detail: 'too-many-posts' });
  }
}

/** Of somebody who was looked for: nothing was sent yet. */
function notFound(failure: PublishFailure): PublishFailure {
  if (failure.type === 'gone') return { type: 'rejected', detail: 'nobody-found' };
  return failure.type === 'no-answer' ? { type: 'not-reached', detail: failure.detail } : failure;
}

function postOf(noteId: string, origin: string): PublishedPost {
  return { id: noteId, url: `${origin}/notes/${noteId}` };
}

async function read<T>(
  asked: Parameters<typeof succeeded<unknown>>[0] | Promise<Parameters<typeof succeeded<unknown>>[0]>,
  what: string,
  shape: z.ZodType<T>,
  now: Date,
): Promise<Result<T, NetworkFailure>> {
  const answer = succeeded(await asked, now, misskeyFailure);
  return answer.ok ? readShape(shape, answer.value.body, what) : answer;
}
