import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { InstitutionsModule } from '../institutions/institutions.module.ts';
import { ModerationModule } from '../moderation/moderation.module.ts';
import { DatabaseHealth } from '../platform/database-health.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { PostsModule } from '../posts/posts.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { AccountAmendController } from './account-amend.controller.ts';
import { AccountBotController } from './account-bot.controller.ts';
import { AccountCreatorController } from './account-creator.controller.ts';
import { AccountDesk } from './account-desk.service.ts';
import { AccountHooksController } from './account-hooks.controller.ts';
import { AccountInviteController } from './account-invite.controller.ts';
import { AccountLetterNewsController } from './account-letter-news.controller.ts';
import { AccountLetterController } from './account-letter.controller.ts';
import { AccountLetters } from './account-letter.service.ts';
import { AccountLinksController } from './account-links.controller.ts';
import { AccountNumbersService } from './account-numbers.service.ts';
import { AccountPostsController } from './account-posts.controller.ts';
import { AccountReadingController } from './account-reading.controller.ts';
import { AccountController } from './account.controller.ts';
import { BadgeController } from './badge.controller.ts';
import { BotReturnController } from './bot-return.controller.ts';
import { BringController } from './bring.controller.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { CampaignReadingController } from './campaign-reading.controller.ts';
import { CampaignController } from './campaign.controller.ts';
import { CampaignsController } from './campaigns.controller.ts';
import { ClientMetadataController } from './client-metadata.controller.ts';
import { DigestController } from './digest.controller.ts';
import { DownloadsController } from './downloads.controller.ts';
import { Drawings } from './drawings.service.ts';
import { EmbedController } from './embed.controller.ts';
import { EvidenceController } from './evidence.controller.ts';
import { FeedsController } from './feeds.controller.ts';
import { GraphsController } from './graphs.controller.ts';
import { HealthController } from './health.controller.ts';
import { HomeController } from './home.controller.ts';
import { InfoController } from './info.controller.ts';
import { InvitationController } from './invitation.controller.ts';
import { MailLinkController } from './mail-link.controller.ts';
import { ModerationAccountController } from './moderation-account.controller.ts';
import { ModerationBlocksController } from './moderation-blocks.controller.ts';
import { ModerationBotsController } from './moderation-bots.controller.ts';
import { ModerationCampaignController } from './moderation-campaign.controller.ts';
import { ModerationCorrectionController } from './moderation-correction.controller.ts';
import { ModerationCrowdController } from './moderation-crowd.controller.ts';
import { ModerationEvidenceController } from './moderation-evidence.controller.ts';
import { ModerationFlagController } from './moderation-flag.controller.ts';
import { ModerationLetterController } from './moderation-letter.controller.ts';
import { ModerationLettersController } from './moderation-letters.controller.ts';
import { ModerationPostController } from './moderation-post.controller.ts';
import { ModerationReadingController } from './moderation-reading.controller.ts';
import { ModerationReadingsController } from './moderation-readings.controller.ts';
import { ModerationReportController } from './moderation-report.controller.ts';
import { ModerationStaffController } from './moderation-staff.controller.ts';
import { ModerationTellController } from './moderation-tell.controller.ts';
import { ModerationController } from './moderation.controller.ts';
import { OtherProofsController } from './other-proofs.controller.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import { Pages } from './pages.service.ts';
import { PicturesController } from './pictures.controller.ts';
import { BotSamples } from './bot-samples.service.ts';
import { PledgeController } from './pledge.controller.ts';
import { PledgedController } from './pledged.controller.ts';
import { PressController } from './press.controller.ts';
import { ReadingDesk } from './reading-desk.service.ts';
import { ReminderController } from './reminder.controller.ts';
import { ReportController } from './report.controller.ts';
import { ServerProofController } from './server-proof.controller.ts';
import { ShareController } from './share.controller.ts';
import { ShareDesk } from './share-desk.service.ts';
import { ShareServers } from './share-servers.service.ts';
import { SignInController } from './sign-in.controller.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SubjectDesk } from './subject-desk.service.ts';
import { StaffGuard } from './staff.guard.ts';
import { StartDesk } from './start-desk.service.ts';
import { StartInstitutionController } from './start-institution.controller.ts';
import { StartLookups } from './start-lookups.service.ts';
import { StartStepsController } from './start-steps.controller.ts';
import { StartSubmission } from './start-submission.service.ts';
import { StartController } from './start.controller.ts';
import { TellMeController } from './tell-me.controller.ts';
import { Tiles } from './tiles.service.ts';
import { Uploads } from './uploads.middleware.ts';
import { VisitorLimits } from './visitor-limits.ts';
import { WayOutController } from './way-out.controller.ts';

/** A number that people read comes with a picture. */
const FORMS_WITH_FILES = [
  '/c/:slug/reading',
  '/account/:token/reading',
  '/moderation/accounts/:id/reading',
  '/moderation/readings/:id/correction',
];

/** The pages. */
@Module({
  imports: [IdentityModule, InstitutionsModule, ReadingsModule, CampaignsModule, PledgesModule, PostsModule, ModerationModule],
  controllers: [
    AccountAmendController,
    AccountBotController,
    AccountCreatorController,
    AccountHooksController,
    AccountInviteController,
    AccountLetterNewsController,
    AccountLetterController,
    AccountLinksController,
    AccountPostsController,
    AccountReadingController,
    AccountController,
    BadgeController,
    BotReturnController,
    BringController,
    CampaignReadingController,
    CampaignController,
    CampaignsController,
    ClientMetadataController,
    DigestController,
    DownloadsController,
    EmbedController,
    EvidenceController,
    FeedsController,
    GraphsController,
    HealthController,
    HomeController,
    InfoController,
    InvitationController,
    MailLinkController,
    ModerationAccountController,
    ModerationBlocksController,
    ModerationBotsController,
    ModerationCampaignController,
    ModerationCorrectionController,
    ModerationCrowdController,
    ModerationEvidenceController,
    ModerationFlagController,
    ModerationLetterController,
    ModerationLettersController,
    ModerationPostController,
    ModerationReadingController,
    ModerationReadingsController,
    ModerationReportController,
    ModerationStaffController,
    ModerationTellController,
    ModerationController,
    OtherProofsController,
    PicturesController,
    PledgeController,
    PledgedController,
    PressController,
    ReminderController,
    ReportController,
    ServerProofController,
    ShareController,
    SignInController,
    StartInstitutionController,
    StartStepsController,
    StartController,
    TellMeController,
    WayOutController,
  ],
  providers: [
    DatabaseHealth,
    AccountDesk,
    AccountLetters,
    AccountNumbersService,
    CampaignFactsService,
    Drawings,
    OutgoingLinks,
    Pages,
    BotSamples,
    ReadingDesk,
    ShareDesk,
    ShareServers,
    StaffPages,
    SubjectDesk,
    StaffGuard,
    StartDesk,
    StartLookups,
    StartSubmission,
    Tiles,
    VisitorLimits,
  ],
})
export class WebModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(Uploads).forRoutes(...FORMS_WITH_FILES.map((path) => ({ path, method: RequestMethod.POST })));
  }
}
