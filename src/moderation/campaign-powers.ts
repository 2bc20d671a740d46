import { allowedActions, PUBLIC_STATES, type CampaignState } from '../domain/campaign-lifecycle.ts';

/** What a moderator can do with a campaign, in the order in which it is offered. */
export const CAMPAIGN_POWERS = ['approve', 'ask_changes', 'reject', 'edit', 'publish_reply', 'hide', 'unhide', 'close'] as const;
export type CampaignPower = (typeof CAMPAIGN_POWERS)[number];

/** The campaigner reads why. */
export const POWERS_WITH_REASON: readonly CampaignPower[] = ['ask_changes', 'reject', 'hide', 'close'];

/** Campaigns that are over before they began are left as they are. */
const SEALED: readonly CampaignState[] = ['rejected', 'withdrawn'];

export function campaignPowers(campaign: { state: CampaignState; hiddenAt: Date | null }): CampaignPower[] {
  const moves: readonly string[] = allowedActions(campaign.state, 'moderator');
  const open = PUBLIC_STATES.includes(campaign.state);
  return CAMPAIGN_POWERS.filter((power) => {
    switch (power) {
      case 'edit':
        return !SEALED.includes(campaign.state);
      case 'publish_reply':
        return open;
      case 'hide':
        return open && campaign.hiddenAt === null;
      case 'unhide':
        return open && campaign.hiddenAt !== null;
      default:
        return moves.includes(power);
    }
  });
}
