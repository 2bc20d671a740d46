import { Module } from '@nestjs/common';
import { InstitutionsModule } from '../institutions/institutions.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { AccountOpening } from './account-opening.service.ts';
import { CampaignCreators } from './campaign-creators.service.ts';
import { CampaignLifecycle } from './campaign-lifecycle.service.ts';
import { CampaignMail } from './campaign-mail.service.ts';
import { CampaignOwners } from './campaign-owners.service.ts';
import { CampaignProgress } from './campaign-progress.service.ts';
import { CampaignRegister } from './campaign-register.query.ts';
import { CampaignStandings } from './campaign-standing.query.ts';
import { CampaignsQuery } from './campaigns.query.ts';
import { Correspondence } from './correspondence.service.ts';
import { Drafts } from './drafts.service.ts';
import { HourlyStates } from './hourly-states.service.ts';
import { Launching } from './launch.service.ts';
import { LetterEvents } from './letter-events.query.ts';
import { Letters } from './letters.service.ts';
import { Webhooks } from './webhooks.service.ts';
import { WebhookDeliveries } from './webhook-deliveries.service.ts';
import { StandingReadings } from './standing-readings.query.ts';
import { Timelines } from './timelines.query.ts';

const SERVICES = [
  Drafts,
  Launching,
  CampaignOwners,
  CampaignCreators,
  CampaignMail,
  CampaignLifecycle,
  AccountOpening,
  CampaignProgress,
  CampaignStandings,
  CampaignsQuery,
  CampaignRegister,
  StandingReadings,
  HourlyStates,
  Letters,
  LetterEvents,
  Correspondence,
  Timelines,
  Webhooks,
  WebhookDeliveries,
];

@Module({ imports: [InstitutionsModule, ReadingsModule], providers: SERVICES, exports: SERVICES })
export class CampaignsModule {}
