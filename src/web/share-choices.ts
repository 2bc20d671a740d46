import { SHARING_TARGETS } from '../domain/post-length.ts';
import { POST_LANGUAGES, type Translator } from '../platform/text.ts';
import { TONES } from '../posts/post-templates.ts';
import { checkbox, choice, type Checkbox, type Choice } from './form-fields.ts';
import type { ShareFacts } from './share-facts.ts';

/** The fields of the form that asks for another post. */
export type ShareChoices = {
  readonly about: Choice;
  /** Null for the campaigner's own words, which have the tone that they have. */
  readonly tone: Choice | null;
  readonly language: Choice;
  readonly network: Choice;
  readonly mention: Checkbox | null;
  /** What is kept without being shown. */
  readonly kept: readonly { readonly name: string; readonly value: string }[];
};

/** What was chosen, as the address of the page has it. */
export function choicesOf(facts: ShareFacts): Record<string, string | number | null> {
  const { about, tone, postLanguage, wording, network, mention } = facts;
  return { about, tone, in: postLanguage, wording, network, mention: mention ? 'yes' : null, ...toldOf(facts) };
}

/** The form with what was chosen. What a server told goes along, and counts no more once another network is chosen. */
export function choiceFields(facts: ShareFacts, { t }: Translator): ShareChoices {
  const { about, tone, postLanguage, network, mention, institution } = facts;
  const state = { values: { about, tone, in: postLanguage, network, mention: mention ? 'yes' : '' }, errors: {} };
  const select = <Value extends string>(name: string, label: string, key: string, values: readonly Value[]): Choice =>
    choice({ name, label: t(label), options: values.map((value) => ({ value, label: t(`${key}.${value}`) })) }, state);
  const hidden = { ...(about === 'own' && { tone }), wording: facts.wording, ...toldOf(facts) };
  return {
    about: select('about', 'share.about', 'share.about', facts.abouts),
    tone: about === 'own' ? null : select('tone', 'share.tones', 'share.tone', TONES),
    language: select('in', 'share.languages', 'share.language', POST_LANGUAGES),
    network: select('network', 'share.networks', 'share.network', SHARING_TARGETS),
    mention: facts.canMention ? checkbox({ name: 'mention', label: t('share.mention', { institution }) }, state) : null,
    kept: Object.entries(hidden).flatMap(([name, value]) => (value === null ? [] : [{ name, value: String(value) }])),
  };
}

function toldOf({ limits, server, network }: ShareFacts): Record<string, string | number | null> {
  const { maxCharacters, urlCharacters } = limits;
  return maxCharacters === null ? {} : { server, of: network, limit: maxCharacters, url: urlCharacters };
}
