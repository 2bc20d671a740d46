import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { InstitutionsModule } from '../institutions/institutions.module.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { PostsModule } from '../posts/posts.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { AccountDecisions } from './account-decisions.service.ts';
import { AccountReadingsQuery } from './account-readings.query.ts';
import { CampaignReviewQuery } from './campaign-review.query.ts';
import { BlockDecisions } from './block-decisions.service.ts';
import { BotDecisions } from './bot-decisions.service.ts';
import { Claims } from './claims.service.ts';
import { CrowdDecisions } from './crowd-decisions.service.ts';
import { CrowdReviewQuery } from './crowd-review.query.ts';
import { DecisionLog } from './decision-log.query.ts';
import { FlagDecisions } from './flag-decisions.service.ts';
import { FlagReviewQuery } from './flag-review.query.ts';
import { LetterDecisions } from './letter-decisions.service.ts';
import { LetterReviewQuery } from './letter-review.query.ts';
import { ModerationQuery } from './moderation.query.ts';
import { Moderation } from './moderation.service.ts';
import { OwnPostDecisions } from './own-post-decisions.service.ts';
import { OwnPostReviewQuery } from './own-post-review.query.ts';
import { ReadingCorrections } from './reading-corrections.service.ts';
import { ReadingDecisions } from './reading-decisions.service.ts';
import { ReadingReviewQuery } from './reading-review.query.ts';
import { ReportReviewQuery } from './report-review.query.ts';
import { Reports } from './reports.service.ts';

const QUERIES = [
  ...[ModerationQuery, CampaignReviewQuery, ReportReviewQuery, ReadingReviewQuery, FlagReviewQuery, CrowdReviewQuery],
  ...[LetterReviewQuery, OwnPostReviewQuery, AccountReadingsQuery, DecisionLog],
];
const SERVICES = [
  ...[Moderation, AccountDecisions, ReadingDecisions, ReadingCorrections, FlagDecisions, CrowdDecisions],
  ...[LetterDecisions, BlockDecisions, BotDecisions, OwnPostDecisions, Claims, Reports],
];

@Module({
  imports: [InstitutionsModule, ReadingsModule, CampaignsModule, PledgesModule, PostsModule],
  providers: [...QUERIES, ...SERVICES],
  exports: [...QUERIES, ...SERVICES],
})
export class ModerationModule {}
