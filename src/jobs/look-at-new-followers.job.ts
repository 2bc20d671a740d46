import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Queue } from '../platform/queue.ts';
import { NEW_FOLLOWERS_QUEUE, NewFollowersLook, type NewFollowersAsked } from '../readings/new-followers.service.ts';

/** Finds out on which servers a spike's new followers are. */
@Injectable()
export class LookAtNewFollowersJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly followers: NewFollowersLook,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<NewFollowersAsked>(NEW_FOLLOWERS_QUEUE, ({ flagId }) => this.followers.look(flagId));
  }
}
