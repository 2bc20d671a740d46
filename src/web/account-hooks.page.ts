import { GONE, TOLD_ANSWERS, WITHHELD, type WebhookDelivery } from '../campaigns/webhook-delivery.entity.ts';
import type { Webhook } from '../campaigns/webhook.entity.ts';
import type { WebhookFailure, WebhookView } from '../campaigns/webhooks.service.ts';
import type { Translator } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { momentStyle } from './campaign-words.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

export type HooksFacts = {
  readonly hooks: readonly WebhookView[];
  /** Of the webhook that was just made: shown once. */
  readonly secret: string | null;
  readonly trial: { readonly typed: string; readonly problem: WebhookFailure['type'] } | null;
  readonly said: unknown;
};

type Moment = { readonly at: Date; readonly style: ReturnType<typeof momentStyle> };

/** The model of `views/account/hooks.hbs`. */
export type HooksView = PageModel & {
  readonly said: string | null;
  readonly secret: string | null;
  readonly errors: ErrorSummary | null;
  readonly field: TextField;
  readonly action: string;
  readonly hooks: readonly {
    readonly host: string;
    readonly state: string;
    readonly isWrong: boolean;
    readonly since: Moment | null;
    readonly deliveries: readonly { readonly what: string; readonly state: string; readonly answer: string | null; readonly tried: Moment | null; readonly next: Moment | null }[];
    readonly testUrl: string;
    readonly removeUrl: string;
  }[];
  readonly timeZone: string;
  readonly back: string;
};

const SAID = ['tested', 'removed'] as const;

export function hooksPage(visit: AccountVisit, { hooks, secret, trial, said: asked }: HooksFacts): HooksView {
  const { text, url, now, owner } = visit;
  const { t } = text;
  const said = SAID.find((key) => key === asked);
  const errors = trial === null ? {} : { url: t(`hooks.error.${trial.problem}`) };
  const field = textField(
    { name: 'url', label: t('hooks.url'), hint: t('hooks.url.hint'), type: 'url', inputmode: 'url', placeholder: 'https://example.org/hook', maxlength: 2_000, verbatim: true, required: true },
    { values: { url: trial?.typed ?? '' }, errors },
  );
  const isHidden = owner.campaign.hiddenAt !== null;
  const moment = (at: Date | null): Moment | null => at && { at, style: momentStyle(at, now) };
  return {
    head: pageHead({ title: t('hooks.title') }),
    said: said === undefined ? null : t(`hooks.said.${said}`),
    secret,
    errors: errorSummary([field], text),
    field,
    action: url('hooks'),
    hooks: hooks.map(({ webhook, host, deliveries }) => ({
      host: host ?? t('hooks.unreadable'),
      state: t(`hooks.state.${isHidden ? 'hidden' : hookState(webhook, deliveries)}`),
      isWrong: isHidden || webhook.failingSince !== null,
      since: moment(owner.campaign.hiddenAt ?? webhook.disabledAt ?? webhook.failingSince),
      deliveries: deliveries.map((delivery) => ({
        what: whatWords(delivery, text),
        state: t(`hooks.delivery.${deliveryState(delivery)}`),
        answer: delivery.answer === null ? null : answerWords(delivery.answer, text),
        tried: moment(delivery.triedAt),
        next: delivery.attempts > 0 && !isHidden ? moment(delivery.nextAt) : null,
      })),
      testUrl: url(`hooks/${webhook.id}/test`),
      removeUrl: url(`hooks/${webhook.id}/remove`),
    })),
    timeZone: owner.campaign.timeZone,
    back: url(''),
  };
}

/** Whoever says that the address is gone is left alone at once; whoever says nothing, after days. */
function hookState({ disabledAt, failingSince }: Webhook, deliveries: readonly WebhookDelivery[]): 'works' | 'failing' | 'disabled' | 'gone' {
  if (disabledAt === null) return failingSince === null ? 'works' : 'failing';
  const last = deliveries.find(({ triedAt }) => triedAt?.getTime() === disabledAt.getTime());
  return last?.answer === GONE ? 'gone' : 'disabled';
}

function deliveryState({ state, answer }: WebhookDelivery): WebhookDelivery['state'] | 'left' | 'withheld' {
  if (answer === GONE) return 'left';
  return WITHHELD.some((reason) => reason === answer) ? 'withheld' : state;
}

/** A status is told as it came, but one; why there was none, in words. */
function answerWords(answer: string, { t }: Translator): string {
  const told = TOLD_ANSWERS.find((each) => each === answer);
  return told === undefined ? answer : t(`hooks.answer.${told}`);
}

function whatWords({ payload }: WebhookDelivery, { t }: Translator): string {
  const data = payload['data'] as { milestone?: { kind: string } };
  return data.milestone === undefined ? t('hooks.test') : t(`milestones.${data.milestone.kind}`);
}
