import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { CountPledgesJob } from './count-pledges.job.ts';
import { EndCampaignsJob } from './end-campaigns.job.ts';
import { ExpirePledgesJob } from './expire-pledges.job.ts';
import { ForgetDraftsJob } from './forget-drafts.job.ts';
import { SendMailJob } from './send-mail.job.ts';
import { TakeDueReadingsJob } from './take-due-readings.job.ts';
import { TakeReadingJob } from './take-reading.job.ts';
import { Ticks } from './ticks.ts';

/** What a worker does by the clock and from the queue; each job says for itself when. */
@Module({
  imports: [ReadingsModule, CampaignsModule, PledgesModule],
  providers: [
    Ticks,
    TakeDueReadingsJob,
    TakeReadingJob,
    CountPledgesJob,
    ExpirePledgesJob,
    EndCampaignsJob,
    ForgetDraftsJob,
    SendMailJob,
  ],
})
export class JobsModule {}
