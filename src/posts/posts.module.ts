import { Module } from '@nestjs/common';
import { OwnPosts } from './own-posts.service.ts';

@Module({ providers: [OwnPosts], exports: [OwnPosts] })
export class PostsModule {}
