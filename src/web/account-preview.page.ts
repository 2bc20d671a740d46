import { pageHead, renderPage, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { campaignPage } from './campaign.page.ts';

/** The model of `views/account/preview.hbs`: the page that will be public, framed. */
export type AccountPreviewView = PageModel & { readonly campaignHtml: string; readonly back: string };

export function accountPreview({ text, page, url }: AccountVisit, facts: CampaignFacts): AccountPreviewView {
  return {
    head: pageHead({ title: text.t('account.preview.heading') }),
    campaignHtml: renderPage('campaign', campaignPage(facts, page), page, 'start/frame'),
    back: url(''),
  };
}
