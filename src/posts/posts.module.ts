import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { BotChecks } from './bot-checks.service.ts';
import { BotSignIn } from './bot-sign-in.service.ts';
import { CampaignBots } from './campaign-bots.service.ts';
import { Digests } from './digests.service.ts';
import { OwnPosts } from './own-posts.service.ts';
import { Pictures } from './pictures.service.ts';
import { PublicationDrafts } from './publication-drafts.service.ts';
import { PublicationLedger } from './publication-ledger.service.ts';
import { Publications } from './publications.service.ts';
import { Publishers } from './publishers.service.ts';
import { Publishing } from './publishing.service.ts';

const SERVICES = [OwnPosts, Pictures, Publishing, Publications, PublicationLedger, PublicationDrafts, Publishers, CampaignBots, BotChecks, BotSignIn, Digests];

@Module({ imports: [IdentityModule, CampaignsModule], providers: SERVICES, exports: SERVICES })
export class PostsModule {}
