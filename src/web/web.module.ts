import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { InstitutionsModule } from '../institutions/institutions.module.ts';
import { DatabaseHealth } from '../platform/database-health.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { AccountController } from './account.controller.ts';
import { AccountDesk } from './account-desk.service.ts';
import { CampaignController } from './campaign.controller.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { CampaignsController } from './campaigns.controller.ts';
import { HealthController } from './health.controller.ts';
import { HomeController } from './home.controller.ts';
import { Pages } from './pages.service.ts';
import { PledgeController } from './pledge.controller.ts';
import { PledgedController } from './pledged.controller.ts';
import { SignInController } from './sign-in.controller.ts';
import { StaffPages } from './staff-pages.service.ts';
import { StartController } from './start.controller.ts';
import { StartDesk } from './start-desk.service.ts';
import { StartInstitutionController } from './start-institution.controller.ts';
import { StartLookups } from './start-lookups.service.ts';
import { StartStepsController } from './start-steps.controller.ts';
import { StartSubmission } from './start-submission.service.ts';
import { Tiles } from './tiles.service.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** The pages. */
@Module({
  imports: [IdentityModule, InstitutionsModule, ReadingsModule, CampaignsModule, PledgesModule],
  controllers: [
    HomeController,
    CampaignsController,
    CampaignController,
    PledgeController,
    PledgedController,
    StartController,
    StartInstitutionController,
    StartStepsController,
    AccountController,
    SignInController,
    HealthController,
  ],
  providers: [
    Pages,
    CampaignFactsService,
    Tiles,
    VisitorLimits,
    StartDesk,
    StartLookups,
    StartSubmission,
    AccountDesk,
    StaffPages,
    DatabaseHealth,
  ],
})
export class WebModule {}
