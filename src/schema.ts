import { Campaign } from './campaigns/campaign.entity.ts';
import { CampaignCreator } from './campaigns/campaign-creator.entity.ts';
import { CampaignOwner } from './campaigns/campaign-owner.entity.ts';
import { Draft } from './campaigns/draft.entity.ts';
import { HourlyState } from './campaigns/hourly-state.entity.ts';
import { LetterEvent } from './campaigns/letter-event.entity.ts';
import { Letter } from './campaigns/letter.entity.ts';
import { Milestone } from './campaigns/milestone.entity.ts';
import { WebhookDelivery } from './campaigns/webhook-delivery.entity.ts';
import { Webhook } from './campaigns/webhook.entity.ts';
import { ServerApp } from './identity/server-app.entity.ts';
import { ServerSignIn } from './identity/server-sign-in.entity.ts';
import { EmailCode } from './identity/email-code.entity.ts';
import { Reminder } from './identity/reminder.entity.ts';
import { SignInLink } from './identity/sign-in-link.entity.ts';
import { Staff } from './identity/staff.entity.ts';
import { Account } from './institutions/account.entity.ts';
import { Institution } from './institutions/institution.entity.ts';
import { Claim } from './moderation/claim.entity.ts';
import { Decision } from './moderation/decision.entity.ts';
import { Report } from './moderation/report.entity.ts';
import { KnownKey } from './platform/known-key.entity.ts';
import { Secret } from './platform/secret.entity.ts';
import type { Schema } from './platform/database.ts';
import { PledgeBlock } from './pledges/pledge-block.entity.ts';
import { PledgeCrowd } from './pledges/pledge-crowd.entity.ts';
import { PledgeInvitation } from './pledges/pledge-invitation.entity.ts';
import { PledgeTally } from './pledges/pledge-tally.entity.ts';
import { Pledge } from './pledges/pledge.entity.ts';
import { MessageTurn } from './pledges/message-turn.entity.ts';
import { TellRequest } from './pledges/tell-request.entity.ts';
import { Wave } from './pledges/wave.entity.ts';
import { OwnPost } from './posts/own-post.entity.ts';
import { DrawnPicture } from './posts/drawn-picture.entity.ts';
import { CampaignBot } from './posts/campaign-bot.entity.ts';
import { DigestReader } from './posts/digest-reader.entity.ts';
import { Publication } from './posts/publication.entity.ts';
import { PublishingWishes } from './posts/publishing-wishes.entity.ts';
import { SitePause } from './posts/site-pause.entity.ts';
import { Evidence } from './readings/evidence.entity.ts';
import { Host } from './readings/host.entity.ts';
import { ReaderKey } from './readings/reader-key.entity.ts';
import { Reading } from './readings/reading.entity.ts';
import { ReadingFlag } from './readings/reading-flag.entity.ts';
import { ReadingThinning } from './readings/reading-thinning.entity.ts';
import { ThinnedReadings } from './readings/thinned-readings.entity.ts';
import { Foundation1795305600000 } from '../migrations/0001-foundation.ts';
import { Homes1795312800000 } from '../migrations/0002-homes.ts';
import { Evidence1795316400000 } from '../migrations/0003-evidence.ts';
import { ChainOfReadings1795320000000 } from '../migrations/0004-a-chain-of-readings.ts';
import { Thinning1795320000001 } from '../migrations/0005-thinning.ts';
import { HourlyStates1795320000002 } from '../migrations/0006-hourly-states.ts';
import { CorrectionsAndFlags1795320000003 } from '../migrations/0007-corrections-and-flags.ts';
import { IndexAlways1795320000005 } from '../migrations/0008-index-always.ts';
import { SealedPledges1795320000010 } from '../migrations/0009-sealed-pledges.ts';
import { ServerSignIn1795320000020 } from '../migrations/0010-server-sign-in.ts';
import { ProofsAndCrowds1795320000030 } from '../migrations/0011-proofs-and-crowds.ts';
import { ConditionalPledges1795320000040 } from '../migrations/0012-conditional-pledges.ts';
import { Waves1795320000050 } from '../migrations/0013-waves.ts';
import { OwnPosts1795320000080 } from '../migrations/0016-own-posts.ts';
import { Pictures1795320000090 } from '../migrations/0017-pictures.ts';
import { Letters1795320000100 } from '../migrations/0018-letters.ts';
import { Refusals1795320000110 } from '../migrations/0019-refusals.ts';
import { DirectMessages1795320000120 } from '../migrations/0020-direct-messages.ts';
import { LettersKnownSince1795320000130 } from '../migrations/0021-letters-known-since.ts';
import { BotsAndHooks1795320000070 } from '../migrations/0015-bots-and-hooks.ts';

/** Every table and migration, by name: globs fail under ES module test runners, and a list is read in one look. */
export const SCHEMA: Schema = {
  entities: [
    Secret,
    KnownKey,
    Staff,
    SignInLink,
    ServerApp,
    ServerSignIn,
    EmailCode,
    Reminder,
    Institution,
    Account,
    Host,
    Evidence,
    ReaderKey,
    Reading,
    ThinnedReadings,
    ReadingThinning,
    ReadingFlag,
    Campaign,
    CampaignOwner,
    CampaignCreator,
    HourlyState,
    Draft,
    Milestone,
    Letter,
    LetterEvent,
    Webhook,
    WebhookDelivery,
    Pledge,
    PledgeTally,
    PledgeInvitation,
    PledgeCrowd,
    PledgeBlock,
    TellRequest,
    Wave,
    MessageTurn,
    OwnPost,
    DrawnPicture,
    SitePause,
    PublishingWishes,
    CampaignBot,
    Publication,
    DigestReader,
    Report,
    Decision,
    Claim,
  ],
  migrations: [
    Foundation1795305600000,
    Homes1795312800000,
    Evidence1795316400000,
    ChainOfReadings1795320000000,
    Thinning1795320000001,
    HourlyStates1795320000002,
    CorrectionsAndFlags1795320000003,
    IndexAlways1795320000005,
    SealedPledges1795320000010,
    ServerSignIn1795320000020,
    ProofsAndCrowds1795320000030,
    ConditionalPledges1795320000040,
    Waves1795320000050,
    OwnPosts1795320000080,
    Pictures1795320000090,
    Letters1795320000100,
    BotsAndHooks1795320000070,
    Refusals1795320000110,
    DirectMessages1795320000120,
    LettersKnownSince1795320000130,
  ],
};
