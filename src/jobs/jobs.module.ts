import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { PostsModule } from '../posts/posts.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { AnnounceMilestonesJob } from './announce-milestones.job.ts';
import { AnonymisePledgesJob } from './anonymise-pledges.job.ts';
import { CountPledgesJob } from './count-pledges.job.ts';
import { DrawPicturesJob } from './draw-pictures.job.ts';
import { EndCampaignsJob } from './end-campaigns.job.ts';
import { ExpirePledgesJob } from './expire-pledges.job.ts';
import { FollowReadingsJob } from './follow-readings.job.ts';
import { ForgetDraftsJob } from './forget-drafts.job.ts';
import { ForgetReadersJob } from './forget-readers.job.ts';
import { GiveTokensBackJob } from './give-tokens-back.job.ts';
import { LookAtCreatorsJob } from './look-at-creators.job.ts';
import { LookAtNewFollowersJob } from './look-at-new-followers.job.ts';
import { ReleasePledgesJob } from './release-pledges.job.ts';
import { PublishJob } from './publish.job.ts';
import { SendCodesJob } from './send-codes.job.ts';
import { SendDigestsJob } from './send-digests.job.ts';
import { SendMailJob } from './send-mail.job.ts';
import { TakeReadingsJob } from './take-readings.job.ts';
import { ThinReadingsJob } from './thin-readings.job.ts';
import { TellDirectlyJob } from './tell-directly.job.ts';
import { TellOpeningsJob } from './tell-openings.job.ts';
import { WatchFollowsJob } from './watch-follows.job.ts';
import { Ticks } from './ticks.ts';
import { VacuumEmbeddedJob } from './vacuum-embedded.job.ts';
import { WatchCrowdsJob } from './watch-crowds.job.ts';

/** What a worker does by the clock and from the queue; each job says for itself when. */
@Module({
  imports: [IdentityModule, ReadingsModule, CampaignsModule, PledgesModule, PostsModule],
  providers: [
    Ticks,
    TakeReadingsJob,
    FollowReadingsJob,
    CountPledgesJob,
    ReleasePledgesJob,
    ExpirePledgesJob,
    AnnounceMilestonesJob,
    AnonymisePledgesJob,
    WatchFollowsJob,
    DrawPicturesJob,
    EndCampaignsJob,
    ForgetDraftsJob,
    ForgetReadersJob,
    GiveTokensBackJob,
    LookAtCreatorsJob,
    LookAtNewFollowersJob,
    PublishJob,
    SendCodesJob,
    SendDigestsJob,
    SendMailJob,
    TellDirectlyJob,
    TellOpeningsJob,
    ThinReadingsJob,
    VacuumEmbeddedJob,
    WatchCrowdsJob,
  ],
})
export class JobsModule {}
