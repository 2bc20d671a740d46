import { Module } from '@nestjs/common';
import { DiscoveryController } from './discovery.controller.ts';
import { InstanceActorController } from './instance-actor.controller.ts';

/** What other servers of the fediverse ask this one. */
@Module({ controllers: [InstanceActorController, DiscoveryController] })
export class FederationModule {}
