import { AFTERGLOW, CLOSE_FOLLOWERS, CLOSE_RATIO, EVERY, FINAL_STRETCH, LONGEST_BACK_OFF } from '../domain/cadence.ts';
import { tolerance, TOLERANCE, TOLERANCE_RATIO, WINDOW } from '../domain/corroboration.ts';
import { ACCOUNT_STATES } from '../institutions/account.entity.ts';
import { LEFT_FOR_PEOPLE, ROBOT } from '../platform/polite-http.ts';
import { translator, type MessageValues, type Translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { FIRST_CLOSURE, LONGEST_CLOSURE, PATIENCE } from '../readings/reading-visit.ts';
import { DETAIL_DAYS } from '../readings/thinning.service.ts';
import { lengthOfTime, share } from './method-figures.ts';
import { networksTable, type NetworksTable } from './method-networks.ts';
import { VERIFY_RECIPE } from './verify-recipe.ts';

/** What is true of this site alone. */
export type MethodFacts = {
  readonly contact: string | null;
  /** Whether its operator pays for X's API. */
  readonly paysForX: boolean;
  readonly userAgent: string;
  /** ActivityPub id of the actor that signs its requests. */
  readonly actorUri: string;
};

type Section = {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly code: string | null;
  readonly states: readonly { readonly name: string; readonly means: string }[] | null;
  readonly networks: NetworksTable | null;
};

/** The model of `views/method.hbs`. */
export type MethodView = PageModel & { readonly title: string; readonly lead: string; readonly sections: readonly Section[] };

const SECTIONS = [
  'fediverse', 'networks', 'states', 'cadence', 'politeness', 'opt-out', 'x', 'agree', 'readings', 'thinning', 'jumps', 'gap',
  'forecast', 'pledges', 'moderation', 'data', 'verify', 'corrections',
] as const;

const CODE: Readonly<Record<string, string>> = { verify: VERIFY_RECIPE, 'opt-out': `User-agent: ${ROBOT}\nDisallow: /` };

/** The row “all” of docs/forecast.md; days. */
export const FORECAST_ACCURACY = { moments: 2094, median: 9.8, line: 11.5, held: 0.8 };
const EXAMPLE_COUNT = 100_000;

/** How we count: which way each number comes, how often, how politely, and when it counts. */
export function methodPage(facts: MethodFacts, request: PageRequest): MethodView {
  const text = translator(request.language);
  const [title, lead] = [text.t('method.title'), text.t('method.lead')];
  const values = figures(facts, text);
  return {
    head: pageHead({ title, description: lead, canonicalPath: '/about/method' }),
    title,
    lead,
    sections: SECTIONS.map((id) => ({
      id,
      title: text.t(`method.${id}.title`),
      html: text.html(`method.${id === 'x' ? `x.${facts.paysForX ? 'api' : 'people'}` : id}_html`, values),
      code: CODE[id] ?? null,
      states: id === 'states' ? statesOf(text) : null,
      networks: id === 'networks' ? networksTable(facts, text) : null,
    })),
  };
}

/** What the words are filled with, from where it is decided. */
function figures({ contact, userAgent, actorUri }: MethodFacts, text: Translator): MessageValues {
  const time = (milliseconds: number): string => lengthOfTime(milliseconds, text);
  return {
    usual: time(EVERY.usual),
    decisive: time(EVERY.decisive),
    after: time(EVERY.after),
    afterglow: time(AFTERGLOW),
    finalStretch: time(FINAL_STRETCH),
    closeFollowers: CLOSE_FOLLOWERS,
    closeShare: share(CLOSE_RATIO, text),
    backOff: time(LONGEST_BACK_OFF),
    reserve: share(LEFT_FOR_PEOPLE, text),
    silences: PATIENCE,
    firstClosure: time(FIRST_CLOSURE),
    longestClosure: time(LONGEST_CLOSURE),
    userAgent,
    actor: actorUri,
    contact: contact ?? text.t('about.noContact'),
    window: time(WINDOW),
    tolerance: TOLERANCE,
    toleranceShare: share(TOLERANCE_RATIO, text),
    example: tolerance(EXAMPLE_COUNT),
    detailDays: DETAIL_DAYS,
    ...FORECAST_ACCURACY,
    held: share(FORECAST_ACCURACY.held, text),
  };
}

function statesOf({ t }: Translator): Section['states'] {
  const special = ACCOUNT_STATES.filter((state) => state !== 'ok');
  return special.map((state) => ({ name: t(`method.state.${state}`), means: t(`method.state.${state}.means`) }));
}
