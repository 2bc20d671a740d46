import type { PostLanguage, Translator } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import { botCode } from '../posts/bot-sign-in.service.ts';
import type { Publication } from '../posts/publication.entity.ts';
import type { KnownBot } from '../posts/campaign-bot.entity.ts';
import type { AccountVisit } from './account-desk.service.ts';
import type { WishesForm } from './account-bot.form.ts';
import { momentStyle } from './campaign-words.ts';
import { textField, type TextField } from './form-fields.ts';

/** What the page tells of the campaign's bot. */
export type BotFacts = {
  readonly bot: KnownBot | null;
  /** Host of the site's own bot; null: it has none. */
  readonly siteBot: string | null;
  /** Nobody publishes anything on this site for now. */
  readonly isStopped: boolean;
  readonly publications: readonly Publication[];
  /** A post as it would be written now; null before the campaign is public. */
  readonly sample: string | null;
  readonly postLanguage: PostLanguage;
  readonly wishes: WishesForm;
  /** What was typed to connect a bot, and why that went nowhere. */
  readonly connect: { readonly typed: string; readonly problem: string } | null;
  readonly said: unknown;
};

/** The model of `views/account/bot.hbs`. */
export type BotView = PageModel & {
  readonly said: { readonly text: string; readonly kind: 'good' | 'warning' } | null;
  readonly stopped: string | null;
  readonly who: string;
  readonly handle: TextField;
  /** For the profile of an account that MiAuth lends. */
  readonly code: string;
  readonly connectUrl: string;
  readonly disconnectUrl: string | null;
  readonly sample: string | null;
  readonly postLanguage: PostLanguage;
  readonly wishes: WishesForm;
  readonly action: string;
  readonly posts: readonly PostView[];
  readonly timeZone: string;
  readonly back: string;
};

type PostView = {
  readonly what: string;
  readonly state: string;
  readonly isWrong: boolean;
  readonly at: { readonly at: Date; readonly style: ReturnType<typeof momentStyle> } | null;
  readonly reason: string | null;
  readonly picture: string | null;
  readonly url: string | null;
  readonly text: string | null;
  readonly againUrl: string | null;
};

const SAID = { 'saved': 'good', 'connected': 'good', 'disconnected': 'good', 'forgotten': 'warning', 'again': 'good', 'not-possible': 'warning', 'refused': 'warning', 'no-code': 'warning' } as const;

export function botPage(visit: AccountVisit, facts: BotFacts): BotView {
  const { text, url, now, owner } = visit;
  const said = (Object.keys(SAID) as (keyof typeof SAID)[]).find((key) => key === facts.said);
  const error = facts.connect === null ? {} : { handle: text.t(`bot.connect.${facts.connect.problem}`) };
  return {
    head: pageHead({ title: text.t('bot.title') }),
    said: said === undefined ? null : { text: text.t(`bot.said.${said}`), kind: SAID[said] },
    stopped: facts.isStopped ? text.t('bot.stopped') : null,
    who: whoWords(facts, text),
    handle: textField(
      { name: 'handle', label: text.t('bot.handle'), hint: text.t('bot.handle.hint'), placeholder: '@bot@mastodon.example', maxlength: 300, verbatim: true, required: true },
      { values: { handle: facts.connect?.typed ?? '' }, errors: error },
    ),
    code: botCode(visit.token),
    connectUrl: url('bot/connect'),
    disconnectUrl: facts.bot === null ? null : url('bot/disconnect'),
    sample: facts.sample,
    postLanguage: facts.postLanguage,
    wishes: facts.wishes,
    action: url('bot'),
    posts: facts.publications.map((publication) => postView(publication, url(`bot/${publication.id}/again`), now, text)),
    timeZone: owner.campaign.timeZone,
    back: url(''),
  };
}

function whoWords({ bot, siteBot }: BotFacts, { t }: Translator): string {
  if (bot !== null) return t('bot.who.own', { handle: `@${bot.handle}` });
  return siteBot === null ? t('bot.who.nobody') : t('bot.who.site', { host: siteBot });
}

const WRONG: readonly Publication['state'][] = ['failed', 'unclear'];
/** What a person may want to have sent all the same. */
const WORTH_AGAIN = ['dry-run', 'deleted', 'no-bot'];

function postView(publication: Publication, againUrl: string, now: Date, { t }: Translator): PostView {
  const { kind, state, reason, withoutPicture, remoteUrl, text, dueAt, sentAt, editedAt } = publication;
  const at = state === 'planned' ? dueAt : (editedAt ?? sentAt);
  const mayAgain = WRONG.includes(state) || (state === 'skipped' && WORTH_AGAIN.includes(reason ?? ''));
  return {
    what: kind === 'gap' ? t('bot.kind.gap') : t(`milestones.${kind}`),
    state: t(`bot.state.${state === 'sent' && editedAt !== null ? 'edited' : state}`),
    isWrong: WRONG.includes(state),
    at: at && { at, style: momentStyle(at, now) },
    reason: reason === null ? null : reasonWords(reason, t),
    picture: withoutPicture === null ? null : t(`bot.picture.${withoutPicture}`),
    url: remoteUrl,
    text: state === 'sent' ? null : text,
    againUrl: mayAgain ? againUrl : null,
  };
}

/** A reason is a word, and for operators a code behind it. */
function reasonWords(reason: string, t: Translator['t']): string {
  const [word = '', code = ''] = reason.split(' ');
  return t(`bot.reason.${word}`, { code });
}
