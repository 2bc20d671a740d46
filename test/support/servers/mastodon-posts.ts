import { escape, handleOf, json, textField, type Answer, type Asked, type Person, type TestWorld } from './world.ts';

export interface Status {
  readonly id: string;
  readonly author: Person;
  readonly at: Date;
  text: string;
  readonly visibility: string;
  readonly language: string;
  readonly quotes: string;
  /** Whom it calls: those alone see a direct one. */
  readonly mentions: readonly Person[];
  mediaIds: readonly string[];
  edits: number;
}

interface Media {
  readonly description: string;
  readonly bytes: number;
  /** How often it is asked for before it is ready. */
  waits: number;
}

const HOUR = 3_600_000;
const LINK = /https?:\/\/[^\s<>"]+/g;

/** What Mastodon's API takes and shows of statuses and media. */
export class Posts {
  readonly all: Status[] = [];
  readonly pictures = new Map<string, Media>();
  /** Most letters of a status; an address counts for 23. */
  maxCharacters = 500;
  imageSizeLimit = 16_777_216;
  /** How often a picture is asked for before it is ready; 0: at once, with 200. */
  processing = 0;
  /** Requests (`POST /path`) that are refused until then. */
  readonly limitedUntil = new Map<string, Date>();
  private lastId = 110_000;
  private readonly keys = new Map<string, { status: Status; at: Date }>();

  constructor(
    private readonly world: TestWorld,
    private readonly host: string,
    private readonly keepsKeys: boolean,
  ) {}

  limits(): object {
    return {
      configuration: {
        statuses: { max_characters: this.maxCharacters, max_media_attachments: 4, characters_reserved_per_url: 23 },
        media_attachments: { supported_mime_types: ['image/png'], description_limit: 1_500, image_size_limit: this.imageSizeLimit, image_matrix_limit: 33_177_600 },
      },
    };
  }

  media({ method, path, fields }: Asked): Answer {
    const limited = this.limited(method, path);
    if (limited !== null) return limited;
    const id = /^\/api\/v1\/media\/(\w+)$/.exec(path)?.[1];
    if (method === 'GET' && id !== undefined) return this.picture(id);
    if (method !== 'POST' || path !== '/api/v2/media') return json({ error: 'Record not found' }, 404);
    const { file } = fields;
    if (!(file instanceof Blob) || file.type !== 'image/png') return json({ error: 'Validation failed: File content type is invalid' }, 422);
    if (file.size > this.imageSizeLimit) return json({ error: 'Validation failed: File file size must be less than 16 MB' }, 422);
    const made = String(9_001 + this.pictures.size);
    this.pictures.set(made, { description: textField(fields, 'description'), bytes: file.size, waits: this.processing });
    return json(this.pictureOf(made), this.processing > 0 ? 202 : 200);
  }

  statuses(asked: Asked, author: Person): Answer {
    const { method, path } = asked;
    const limited = this.limited(method, path);
    if (limited !== null) return limited;
    const id = /^\/api\/v1\/statuses\/(\w+)$/.exec(path)?.[1];
    if (method === 'POST' && path === '/api/v1/statuses') return this.create(asked, author);
    const status = this.all.find((each) => each.id === id && each.author === author);
    if (status === undefined) return json({ error: 'Record not found' }, 404);
    return method === 'PUT' ? this.edit(asked, status) : json(this.statusOf(status));
  }

  /** Newest first, as anybody sees them. */
  list(authorId: string, query: URLSearchParams): Answer {
    const before = query.get('max_id') ?? '';
    const own = this.all.filter(({ author, id, visibility }) => author.id === authorId && !['private', 'direct'].includes(visibility) && (before === '' || Number(id) < Number(before)));
    return json(own.toReversed().slice(0, Math.min(40, Number(query.get('limit') ?? 20))).map((status) => this.statusOf(status)));
  }

  delete(id: string): void {
    this.all.splice(0, Infinity, ...this.all.filter((status) => status.id !== id));
  }

  private create({ fields, headers }: Asked, author: Person): Answer {
    const now = this.world.now();
    const key = headers['idempotency-key'];
    const known = this.keepsKeys && typeof key === 'string' ? this.keys.get(`${author.id} ${key}`) : undefined;
    if (known !== undefined && now.getTime() - known.at.getTime() < HOUR) return json(this.statusOf(known.status));
    const wrong = this.wrongWith(fields);
    if (wrong !== null) return json({ error: `Validation failed: ${wrong}` }, 422);
    const status: Status = {
      id: String((this.lastId += 1)),
      author,
      at: now,
      text: textField(fields, 'status'),
      visibility: textField(fields, 'visibility') || 'public',
      language: textField(fields, 'language'),
      quotes: textField(fields, 'quote_approval_policy'),
      mentions: this.mentionsIn(textField(fields, 'status')),
      mediaIds: idsOf(fields),
      edits: 0,
    };
    this.all.push(status);
    if (typeof key === 'string') this.keys.set(`${author.id} ${key}`, { status, at: now });
    return json(this.statusOf(status));
  }

  /** Whom nobody finds is not mentioned. */
  private mentionsIn(text: string): Person[] {
    const called = [...text.matchAll(/(?<![=/\w])@([\w.-]+@[\w.-]*\w)/g)].map(([, handle = '']) => this.world.find(handle));
    return called.filter((person) => person !== null && !this.world.down.has(person.server.host)) as Person[];
  }

  /** Media that are not named again are gone from it. */
  private edit({ fields }: Asked, status: Status): Answer {
    const wrong = this.wrongWith(fields);
    if (wrong !== null) return json({ error: `Validation failed: ${wrong}` }, 422);
    Object.assign(status, { text: textField(fields, 'status'), mediaIds: idsOf(fields), edits: status.edits + 1 });
    return json(this.statusOf(status));
  }

  private wrongWith(fields: Asked['fields']): string | null {
    const text = textField(fields, 'status');
    const media = idsOf(fields);
    if (text === '' && media.length === 0) return 'Text can’t be blank';
    if ([...text.replace(LINK, 'x'.repeat(23))].length > this.maxCharacters) return `Text character limit of ${this.maxCharacters} exceeded`;
    const unready = media.filter((id) => (this.pictures.get(id)?.waits ?? Infinity) > 0);
    return unready.length === 0 ? null : 'Cannot attach files that have not finished processing. Try again in a moment!';
  }

  private picture(id: string): Answer {
    const media = this.pictures.get(id);
    if (media === undefined) return json({ error: 'Record not found' }, 404);
    media.waits = Math.max(0, media.waits - 1);
    return json(this.pictureOf(id), media.waits > 0 ? 206 : 200);
  }

  private pictureOf(id: string): object {
    const media = this.pictures.get(id);
    const url = media?.waits === 0 ? `https://${this.host}/media/${id}.png` : null;
    return { id, type: 'image', url, description: media?.description };
  }

  private statusOf({ id, author, at, text, visibility, language, mentions, mediaIds }: Status): object {
    const url = `https://${this.host}/@${author.user}/${id}`;
    const content = `<p>${escape(text).replace(LINK, (link) => `<a href="${link}" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span>${link.slice(8)}</span></a>`).replaceAll('\n', '<br />')}</p>`;
    return { id, created_at: at.toISOString(), uri: url, url, content, visibility, language, mentions: mentions.map((person) => ({ acct: handleOf(person) })), media_attachments: mediaIds.map((media) => this.pictureOf(media)) };
  }

  private limited(method: string, path: string): Answer | null {
    const until = this.limitedUntil.get(`${method} ${path}`);
    if (until === undefined || until <= this.world.now()) return null;
    const headers = { 'content-type': 'application/json', 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': until.toISOString() };
    return { status: 429, headers, body: JSON.stringify({ error: 'Too many requests' }) };
  }
}

function idsOf(fields: Asked['fields']): string[] {
  const ids = fields['media_ids'];
  return Array.isArray(ids) ? ids.map(String) : [];
}
