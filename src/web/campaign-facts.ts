import type { PublicState } from '../domain/campaign-lifecycle.ts';
import type { NextRelease } from '../domain/conditional-release.ts';
import type { LetterStanding, LetterStep, LetterWay } from '../domain/correspondence.ts';
import type { Dare } from '../domain/dare.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Gap, Point } from '../domain/gap.ts';
import type { Milestone } from '../domain/milestones.ts';
import type { AccountState } from '../institutions/account.entity.ts';
import type { InstitutionKind } from '../institutions/institution.entity.ts';
import type { Language } from '../platform/text.ts';
import type { WaveProgress } from '../pledges/wave-progress.query.ts';

/** How a number came to be known. */
export type ReadingSource = 'network' | 'manual' | 'import' | 'archive';

/** `preview` is a campaign that only its campaigner and the moderators see. */
export type PageState = PublicState | 'preview';

/** One account of the institution and the last number read there. */
export type AccountFacts = {
  readonly network: string;
  /** What people call it: `Mastodon`, `PeerTube`, `X`. */
  readonly networkName: string;
  /** Canonical text, without a leading @: the one that it goes by now, where people follow it. */
  readonly handle: string;
  readonly url: string;
  /** It had another name when the campaign began. */
  readonly isElsewhere: boolean;
  readonly state: AccountState;
  /** The one of the score; null is not known. */
  readonly count: number | null;
  /** The last one that was read, which may be history. */
  readonly latest: { readonly count: number; readonly at: Date; readonly source: ReadingSource } | null;
  readonly tries: AccountTries;
};

/** How an account is read, and how that went. */
export type AccountTries = {
  /** No program reads it. */
  readonly byPeople: boolean;
  readonly lastAt: Date | null;
  /** When it is read next; null: not planned. */
  readonly nextAt: Date | null;
  /** Those in a row that failed, and why the last one did; null: it did not. */
  readonly failed: number;
  readonly why: string | null;
};

/** A reading that counts, with how it came to be known and where it can be seen. */
export type KnownPoint = Point & {
  /** Its place in the chain of its account. */
  readonly number: number;
  readonly source: ReadingSource;
  readonly evidenceUrl: string | null;
};

/** A reading that counted, and does no more. */
export type WithdrawnPoint = KnownPoint & { readonly status: 'replaced' | 'struck'; readonly replacedBy: number | null };

/** What a moderator tells the public of an unusual change, in one language at least. */
export type NoteFacts = {
  readonly fromAt: Date;
  readonly fromCount: number;
  readonly at: Date;
  readonly count: number;
  readonly note: Readonly<Partial<Record<Language, string>>>;
};

/** Something that happened to the letter to the institution, on a day of the campaign's calendar. */
export type LetterNews = {
  readonly step: LetterStep;
  readonly day: string;
  /** By which it is linked to, however the day was corrected. */
  readonly firstDay: string;
  readonly way: LetterWay | null;
  readonly standing: LetterStanding;
  readonly summary: string | null;
  readonly link: string | null;
};

/** Everything a campaign's page shows. */
export type CampaignFacts = {
  readonly campaign: {
    readonly id: string;
    readonly slug: string;
    /** The dare as a sentence. */
    readonly title: string;
    readonly language: Language;
    readonly state: PageState;
    /** Markdown. */
    readonly story: string;
    readonly quote: string | null;
    readonly quoteSource: string | null;
    /** Without its #. */
    readonly hashtag: string | null;
    readonly deadline: Date | null;
    /** IANA name, `Europe/Paris`. */
    readonly timeZone: string;
    readonly dare: Dare;
    readonly launchedAt: Date | null;
    /** When it was won, agreed to, ended or closed. */
    readonly endedAt: Date | null;
    /** Markdown. */
    readonly institutionReply: string | null;
  };
  readonly institution: { readonly name: string; readonly country: string; readonly kind: InstitutionKind; readonly website: string | null };
  readonly accounts: { readonly fediverse: AccountFacts | null; readonly x: AccountFacts | null };
  readonly series: { readonly fediverse: readonly KnownPoint[]; readonly x: readonly KnownPoint[] };
  readonly withdrawn: { readonly fediverse: readonly WithdrawnPoint[]; readonly x: readonly WithdrawnPoint[] };
  readonly notes: { readonly fediverse: readonly NoteFacts[]; readonly x: readonly NoteFacts[] };
  /** All readings of both accounts that count; with `isMore`, there are more than that. */
  readonly total: { readonly count: number; readonly isMore: boolean };
  readonly gap: Gap | null;
  readonly forecast: Forecast;
  /** In order of time. */
  readonly milestones: readonly Milestone[];
  /** Whom links credit, canonical; null: nobody. */
  readonly creator: string | null;
  /** What anyone may see of the letter, in order of time. */
  readonly letters: readonly LetterNews[];
  readonly pledges: {
    readonly total: number;
    readonly verified: number;
    readonly kept: number;
    /** The servers with the most pledges first. */
    readonly servers: readonly { readonly host: string; readonly count: number }[];
    readonly serverCount: number;
    /** How many of those who wait for others join at the next number of promises. */
    readonly nextRelease: NextRelease | null;
    /** Made since midnight, where the campaign is. */
    readonly today: number;
    /** Handles, canonical, of those who proved theirs and asked to be shown. */
    readonly names: readonly string[];
    /** Who asked to be told when the account opens, and how far that is; null for a dare whose account is there. */
    readonly wave: WaveProgress | null;
  };
  /** A short text to pass on, in the language of the page; null when there is nothing to share yet. */
  readonly shareText: string | null;
  /** Path of the picture for link previews, with a version in it. */
  readonly cardPath: string | null;
  readonly now: Date;
};
