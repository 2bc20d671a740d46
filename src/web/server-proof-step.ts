import { BLUESKY_HOST } from '../domain/handle.ts';
import type { StandingState } from '../domain/pledge-lifecycle.ts';
import type { Translator } from '../platform/text.ts';
import { serverName } from './campaign-words.ts';
import type { ProofNotice } from './proof-notice.ts';

/** What of a pledge the step depends on. */
export type ServerProofFacts = {
  /** Of the handle. */
  readonly host: string;
  /** Shown as `@user@host`. */
  readonly handle: string;
  readonly account: { readonly handle: string } | null;
  readonly state: StandingState;
  /** Whether the supporter showed that the handle is theirs; who was seen among the followers may not have. */
  readonly proven: boolean;
  /** What became of a visit to the supporter's own server, when they just came back from it. */
  readonly proof: ProofNotice | null;
};

/** For the partial `server-proof`: the step to one's own server and back. */
export type ServerProofView = {
  /** Null when nothing is left to be done there. */
  readonly action: string | null;
  readonly proven: boolean;
  readonly title: string;
  readonly text: string;
  readonly notice: { readonly kind: 'good' | 'plain' | 'warning'; readonly text: string } | null;
  /** For whoever's server has no such step; null for all others. */
  readonly otherWayUrl: string | null;
  /** Null when there is nothing left to prove. */
  readonly proveLabel: string | null;
  /** Null when there is nobody to follow, or it is done, or it waits for others. */
  readonly followLabel: string | null;
};

const KINDS: Readonly<Partial<Record<ProofNotice, 'good' | 'plain'>>> = { proven: 'good', following: 'good', already: 'good', requested: 'plain' };

export function serverProof(facts: ServerProofFacts, paths: { signIn: string; prove: string }, text: Translator): ServerProofView {
  const { proven, proof, account, state } = facts;
  const host = serverName(facts.host);
  const canFollow = account !== null && state !== 'kept' && state !== 'waiting' && facts.host !== BLUESKY_HOST;
  return {
    action: proven && !canFollow ? null : paths.signIn,
    proven,
    title: text.t(proven ? 'proof.proven' : 'proof.title'),
    text: text.t(!proven ? 'proof.text' : canFollow ? 'proof.provenFollow' : 'proof.provenText', { host, handle: facts.handle }),
    notice: proof && { kind: KINDS[proof] ?? 'warning', text: text.t(`proof.notice.${proof}`, { host, handle: account?.handle ?? '' }) },
    otherWayUrl: proof === 'no-sign-in' ? paths.prove : null,
    proveLabel: proven ? null : text.t('proof.prove', { host }),
    followLabel: canFollow ? text.t(proven ? 'proof.follow' : 'proof.proveAndFollow') : null,
  };
}
