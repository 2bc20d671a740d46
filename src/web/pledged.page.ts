import { PLEDGING_STATES, type PublicState } from '../domain/campaign-lifecycle.ts';
import { BLUESKY_HOST } from '../domain/handle.ts';
import type { StandingState } from '../domain/pledge-lifecycle.ts';
import type { HeldData } from '../pledges/held-data.ts';
import type { Language, Translator } from '../platform/text.ts';
import { translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { serverName } from './campaign-words.ts';
import type { ProofNotice } from './proof-notice.ts';
import { serverProof, type ServerProofView } from './server-proof-step.ts';
import { NO_ATTEMPT, pledgeForm, type PledgeFormView } from './pledge-form.ts';

/** What the private page of one pledge shows. */
export type PledgedFacts = {
  readonly token: string;
  readonly campaign: {
    readonly slug: string;
    readonly title: string;
    readonly language: Language;
    readonly state: PublicState;
    readonly timeZone: string;
  };
  /** The account to follow, shown as `@user@host`; null for an `open` dare, as long as there is none. */
  readonly account: { readonly handle: string; readonly url: string } | null;
  readonly institution: string;
  /** Shown as `@user@host`. */
  readonly handle: string;
  /** Of the handle. */
  readonly host: string;
  readonly state: StandingState;
  /** Whether the supporter showed that the handle is theirs; who was seen among the followers may not have. */
  readonly proven: boolean;
  readonly showName: boolean;
  /** The server from which so many came that it counts once it is proven; null: it counts. */
  readonly uncountedOf: string | null;
  /** While it waits for others: for how many, and how many have promised. */
  readonly waits: { readonly others: number; readonly promised: number } | null;
  /** How many others it waited for, once they have promised; null: it did not. */
  readonly releasedBy: number | null;
  /** When the handle is erased without a proof; null: once the campaign ends if it waits, or else 90 days after that. */
  readonly keptUntil: Date | null;
  /** How to follow from the supporter's own server; `waiting` while there is no account to follow. */
  readonly follow:
    | { readonly type: 'found'; readonly url: string; readonly host: string }
    | { readonly type: 'unreachable'; readonly host: string }
    | { readonly type: 'missing'; readonly host: string }
    /** Of a supporter on Bluesky: no bridge shows the account there. */
    | { readonly type: 'not-bridged' }
    | { readonly type: 'waiting' };
  readonly held: HeldData;
  /** What a check found, when the supporter just asked for one. */
  readonly check: 'not-yet' | 'unreadable' | null;
  /** What became of a visit to the supporter's own server, when they just came back from it. */
  readonly proof: ProofNotice | null;
  readonly shareText: string;
};

/** The model of `views/pledged.hbs`. */
export type PledgedView = PageModel & {
  readonly title: string;
  readonly language: Language;
  readonly campaignUrl: string;
  readonly saved: { readonly title: string; readonly text: string };
  readonly uncounted: string | null;
  readonly released: string | null;
  /** Shown in the place of the step to follow. */
  readonly waits: WaitsView | null;
  readonly account: PledgedFacts['account'];
  readonly kept: boolean;
  readonly followUrl: string | null;
  readonly followTitle: string;
  readonly followLabel: string | null;
  /** Why there is no button to follow, or what it takes besides. */
  readonly manual: string | null;
  /** To a server of the fediverse; null for whoever has one. */
  readonly helpUrl: string | null;
  /** Where to ask to be told when the account opens; null where that is no question. */
  readonly tell: { readonly url: string; readonly label: string; readonly asked: boolean } | null;
  /** For a handle that its server does not know: the form, with the handle as typed. */
  readonly retry: PledgeFormView | null;
  /** Null for a handle that its server does not know. */
  readonly serverProof: ServerProofView | null;
  readonly checkUrl: string | null;
  readonly checked: string | null;
  /** Null for a handle that its server does not know. */
  readonly otherProofsUrl: string | null;
  readonly shareText: string;
  readonly shareUrl: string;
  readonly held: readonly { readonly label: string; readonly value: string }[];
  readonly dataUrl: string;
  readonly bringUrl: string;
  readonly withdrawUrl: string;
  readonly erasedOn: string;
};

type WaitsView = {
  readonly title: string;
  readonly promised: { readonly words: string; readonly value: number; readonly max: number };
  readonly text: string;
  /** To wait no longer; null once the campaign is over. */
  readonly promiseUrl: string | null;
};

/** A supporter's private page: recorded, then follow, copy, share, and leave. */
export function pledgedPage(facts: PledgedFacts, request: PageRequest): PledgedView {
  const text = translator(request.language);
  const { campaign, follow, account, token } = facts;
  const missing = follow.type === 'missing';
  const kept = facts.state === 'kept';
  const here = (path: string): string => localUrl(`/p/${token}${path}`, request);
  return {
    head: pageHead({ title: text.t(missing ? 'pledged.missingTitle' : 'pledged.title') }),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    campaignUrl: localUrl(`/c/${campaign.slug}`, request),
    saved: savedWords(facts, text),
    uncounted: facts.uncountedOf === null || missing ? null : text.t('pledged.uncounted', { host: serverName(facts.uncountedOf) }),
    released: facts.releasedBy === null || missing ? null : text.t('pledged.released', { n: facts.releasedBy }),
    waits: waitsView(facts, here('/promise'), text),
    account,
    kept,
    followUrl: follow.type === 'found' ? follow.url : null,
    followTitle: text.t(follow.type === 'waiting' ? 'pledged.wait' : kept ? 'pledged.followed' : 'pledged.follow'),
    followLabel: follow.type === 'found' ? text.t('pledged.followFrom', { host: serverName(follow.host) }) : null,
    manual: manualWords(facts, text),
    helpUrl: follow.type === 'not-bridged' ? localUrl('/help/new', request) : null,
    tell: tellLink(facts, here('/tell'), text),
    retry: missing ? retryForm(facts, request, text) : null,
    serverProof: missing ? null : serverProof(facts, { signIn: here('/sign-in'), prove: here('/prove') }, text),
    checkUrl: account && !missing && !kept && facts.waits === null ? here('/check') : null,
    checked: facts.check === null ? null : text.t(`pledged.check.${facts.check}`),
    otherProofsUrl: missing ? null : here('/prove'),
    shareText: facts.shareText,
    shareUrl: localUrl(`/c/${campaign.slug}/share`, request),
    held: heldWords(facts.held, campaign.timeZone, text),
    dataUrl: here('/data.json'),
    bringUrl: here('/bring'),
    withdrawUrl: here('/withdraw'),
    erasedOn: erasedWords(facts, text),
  };
}

function savedWords(facts: PledgedFacts, text: Translator): PledgedView['saved'] {
  const { handle, follow } = facts;
  if (follow.type === 'missing') {
    return { title: text.t('pledged.missingTitle'), text: text.t('pledged.missing', { handle, host: follow.host }) };
  }
  const key = facts.state === 'kept' ? 'keptText' : facts.showName ? 'savedShown' : 'savedHidden';
  const title = facts.state === 'kept' ? 'keptTitle' : facts.waits === null ? 'title' : 'waitsTitle';
  return { title: text.t(`pledged.${title}`), text: text.t(`pledged.${key}`, { handle }) };
}

function waitsView({ waits, campaign }: PledgedFacts, promiseUrl: string, text: Translator): WaitsView | null {
  if (waits === null) return null;
  const { others, promised } = waits;
  const isOver = !PLEDGING_STATES.includes(campaign.state);
  return {
    title: text.t('pledged.waits', { n: others }),
    promised: { words: text.t('pledged.waits.promised', { n: promised }), value: Math.min(promised, others), max: others },
    text: text.t(`pledged.waits.${isOver ? 'over' : promised >= others ? 'soon' : 'text'}`),
    promiseUrl: isOver ? null : promiseUrl,
  };
}

function manualWords({ follow, institution, state }: PledgedFacts, text: Translator): string | null {
  switch (follow.type) {
    case 'unreachable':
      return text.t('pledged.manual', { host: serverName(follow.host) });
    case 'waiting':
      return text.t('pledged.waitText', { institution });
    case 'missing':
      return text.t('pledged.missingManual');
    case 'not-bridged':
      return text.t('pledged.notBridged', { institution });
    case 'found':
      return follow.host === BLUESKY_HOST && state !== 'kept' ? text.t('pledged.bridge') : null;
  }
}

function tellLink({ campaign, follow, held }: PledgedFacts, url: string, { t }: Translator): PledgedView['tell'] {
  const asked = held.tellBy.length > 0;
  if (!asked && (follow.type !== 'waiting' || !PLEDGING_STATES.includes(campaign.state))) return null;
  return { url, label: t(asked ? 'pledged.tellAsked' : 'pledged.tell'), asked };
}

/** The form keeps the handle and asks for consent again, because it makes a new promise. */
function retryForm({ campaign, handle, waits }: PledgedFacts, request: PageRequest, text: Translator): PledgeFormView | null {
  if (!PLEDGING_STATES.includes(campaign.state)) return null;
  return pledgeForm(campaign.slug, { ...NO_ATTEMPT, handle, whenOthers: waits === null ? '' : String(waits.others) }, request, text);
}

function erasedWords({ keptUntil, waits, campaign }: PledgedFacts, text: Translator): string {
  if (keptUntil === null && waits === null) return text.t('pledged.erasedAfterEnd');
  if (keptUntil === null) return text.t(campaign.state === 'agreed' ? 'pledged.erasedInVainAgreed' : 'pledged.erasedInVain');
  return text.t('pledged.erasedPending', { at: text.date(keptUntil, 'dayYear', campaign.timeZone) });
}

/** All that is held, nothing left out: what the file says, in words. */
function heldWords(held: HeldData, timeZone: string, text: Translator): PledgedView['held'] {
  const at = (moment: Date): string => text.date(moment, 'momentYear', timeZone);
  const { consent, shownByName, proof, kept, follow } = held;
  const rows: [keyof HeldData, string][] = [
    ['handle', held.handle],
    ['server', held.server],
    ['account', held.account ?? text.t('pledged.held.none')],
    ['campaign', held.campaign],
    ['state', text.t(`pledged.held.state.${held.state}`)],
    ['promisedAt', at(held.promisedAt)],
    ['changedAt', at(held.changedAt)],
    ['condition', conditionWords(held.condition, at, text)],
    ['consent', text.t('pledged.held.consentText', { version: consent.version, at: at(consent.at) })],
    ['shownByName', shownByName === null ? text.t('pledged.held.no') : text.t('pledged.held.since', { at: at(shownByName.since) })],
    ['proof', proof === null ? text.t('pledged.held.none') : text.t(`pledged.held.proof.${proof.how}`, { at: at(proof.at) })],
    ['kept', kept === null ? text.t('pledged.held.none') : keptWords(kept, at, text)],
    ['follow', follow.url ?? text.t(`pledged.held.follow.${follow.state}`)],
    ['tellBy', tellWords(held.tellBy, at, text)],
    ['broughtByLink', held.broughtByLink === null ? text.t('pledged.held.none') : text.number(held.broughtByLink)],
  ];
  return rows.map(([key, value]) => ({ label: text.t(`pledged.held.${key}`), value }));
}

function conditionWords(condition: HeldData['condition'], at: (moment: Date) => string, text: Translator): string {
  if (condition === null) return text.t('pledged.held.none');
  const { whenOthers: n, releasedAt } = condition;
  if (n === null) return text.t('pledged.held.condition.dropped', { at: at(releasedAt) });
  if (releasedAt === null) return text.t('pledged.held.condition.waits', { n });
  return text.t('pledged.held.condition.released', { n, at: at(releasedAt) });
}

function tellWords(wishes: HeldData['tellBy'], at: (moment: Date) => string, text: Translator): string {
  if (wishes.length === 0) return text.t('pledged.held.none');
  return wishes
    .map(({ way, address, askedAt, toldAt }) => {
      const how = text.t(`pledged.held.tellBy.${way}`, { address: address ?? text.t('pledged.held.forgotten') });
      return text.t(toldAt === null ? 'pledged.held.askedAt' : 'pledged.held.toldAt', { how, at: at(toldAt ?? askedAt) });
    })
    .join(' ');
}

function keptWords({ how, at: keptAt, seenAgainAt }: NonNullable<HeldData['kept']>, at: (moment: Date) => string, text: Translator): string {
  const seen = text.t(`pledged.held.kept.${how}`, { at: at(keptAt) });
  return seenAgainAt === null ? seen : `${seen} ${text.t('pledged.held.again', { at: at(seenAgainAt) })}`;
}
