import { awaitsAccount } from '../domain/campaign-lifecycle.ts';
import { pendingUntil } from '../domain/pledge-lifecycle.ts';
import { ADDRESS_DAYS } from '../domain/wave.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import type { OpenPledge } from '../pledges/open-pledges.service.ts';
import type { TellWay } from '../pledges/tell-request.entity.ts';
import type { DirectOffer, TellWish } from '../pledges/tell-requests.service.ts';
import { shownHandle } from './campaign-words.ts';
import { mailCodeView, type MailCodeTrial, type MailCodeView } from './mail-code.ts';

/** What the page of being told shows. */
export type TellFacts = {
  readonly token: string;
  readonly pledge: Pick<OpenPledge, 'campaign' | 'handle' | 'state' | 'confirmedAt' | 'createdAt'>;
  readonly wishes: readonly TellWish[];
  /** Whether the site can send mail. */
  readonly mailEnabled: boolean;
  readonly direct: DirectOffer | null;
  readonly trial: MailCodeTrial | null;
};

/** The model of `views/tell-me.hbs`. */
export type TellMeView = PageModel & {
  readonly campaign: { readonly title: string; readonly language: Language };
  readonly lead: string;
  readonly backUrl: string;
  /** What was asked for, in each way, and how to take it back. */
  readonly direct: WishView | null;
  readonly mail: WishView | null;
  readonly feed: (WishView & { readonly address: string; readonly note: string }) | null;
  /** Null where the site has no account of its own, and where nobody can ask any more; no button without proof. */
  readonly askDirect: { readonly action: string | null; readonly text: string } | null;
  /** Null where the site sends no mail, and where nobody can ask any more. */
  readonly askMail: MailCodeView | null;
  readonly askFeed: { readonly action: string } | null;
  readonly mailText: string;
};

type WishView = { readonly words: string; readonly stopUrl: string };

/** Where supporters choose how they are told that the account is open. */
export function tellMePage(facts: TellFacts, request: PageRequest): TellMeView {
  const text = translator(request.language);
  const { token, pledge, wishes } = facts;
  const { campaign } = pledge;
  const awaits = awaitsAccount(campaign);
  const [direct, mail, feed] = (['direct', 'mail', 'feed'] as const).map((asked) => wishes.find(({ way }) => way === asked));
  return {
    head: pageHead({ title: text.t('tell-me.title') }),
    campaign: { title: typographic(campaign.title, campaign.language), language: campaign.language },
    lead: leadWords(facts, text),
    backUrl: localUrl(`/p/${token}`, request),
    direct: direct === undefined ? null : wishView(direct, facts, request, text),
    mail: mail === undefined ? null : wishView(mail, facts, request, text),
    feed: feed === undefined ? null : { ...wishView(feed, facts, request, text), address: `${request.publicUrl}/p/${token}/feed.atom`, note: feedNote(facts, text) },
    askDirect: awaits && direct === undefined ? directView(facts, request, text) : null,
    askMail: awaits && facts.mailEnabled && mail === undefined ? mailCodeView(`/p/${token}/tell`, facts.trial, request, text) : null,
    askFeed: awaits && feed === undefined ? { action: localUrl(`/p/${token}/tell/feed`, request) } : null,
    mailText: text.t('tell-me.mailText', { days: ADDRESS_DAYS }),
  };
}

function leadWords({ pledge: { campaign } }: TellFacts, text: Translator): string {
  const account = campaign.fediverseAccount;
  if (account !== null) return text.t('tell-me.open', { handle: shownHandle(presentAccount(account)) });
  return text.t(awaitsAccount(campaign) ? 'tell-me.lead' : 'tell-me.over', { institution: campaign.institution.name });
}

function directView({ token, direct }: TellFacts, request: PageRequest, text: Translator): TellMeView['askDirect'] {
  if (direct === null) return null;
  const action = direct.isProven ? localUrl(`/p/${token}/tell/direct`, request) : null;
  return { action, text: text.t(direct.isProven ? 'tell-me.directText' : 'tell-me.directUnproven', { host: direct.host }) };
}

function wishView(wish: TellWish, { token, pledge: { campaign, handle } }: TellFacts, request: PageRequest, text: Translator): WishView {
  const { way, toldAt, sentAt, toldAccountId } = wish;
  const isTold = toldAt !== null && toldAccountId === campaign.fediverseAccount?.id;
  const at = isTold ? text.date(sentAt ?? toldAt, 'momentYear', campaign.timeZone) : '';
  const address = way === 'direct' ? shownHandle({ handle }) : (wish.address ?? text.t('pledged.held.forgotten'));
  const key = `tell-me.${way}.${isTold ? standingOf(wish) : 'asked'}`;
  return { words: text.t(key, { at, address }), stopUrl: stopUrl(token, way, request) };
}

/** Of a wish whose turn came. Messages leave one by one, and some do not arrive. */
function standingOf({ way, sentAt, failure }: TellWish): 'told' | 'turn' | 'refused' | 'unclear' {
  return way !== 'direct' || sentAt !== null ? 'told' : (failure ?? 'turn');
}

function stopUrl(token: string, way: TellWay, request: PageRequest): string {
  return localUrl(`/p/${token}/tell/${way}/stop`, request);
}

/** A feed proves nothing: without a proof, it goes with the promise. */
function feedNote({ pledge }: TellFacts, text: Translator): string {
  const unproven = pledge.confirmedAt === null && (pledge.state === 'pending' || pledge.state === 'waiting');
  if (!unproven) return text.t('tell-me.feed.private');
  const at = text.date(pendingUntil(pledge.createdAt), 'dayYear', pledge.campaign.timeZone);
  return `${text.t('tell-me.feed.private')} ${text.t('tell-me.feed.unproven', { at })}`;
}
