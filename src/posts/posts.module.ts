import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { OwnPosts } from './own-posts.service.ts';
import { Pictures } from './pictures.service.ts';

@Module({ imports: [CampaignsModule], providers: [OwnPosts, Pictures], exports: [OwnPosts, Pictures] })
export class PostsModule {}
