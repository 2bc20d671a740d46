import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { CrowdWatch } from './crowd-watch.service.ts';
import { FollowWatch } from './follow-watch.service.ts';
import { HeldDataQuery } from './held-data.query.ts';
import { Invitations } from './invitations.service.ts';
import { MailProofs } from './mail-proofs.service.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { OpeningDirect } from './opening-direct.service.ts';
import { OpeningMail } from './opening-mail.service.ts';
import { PledgeAnonymising } from './pledge-anonymising.service.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { PledgeDoor } from './pledge-door.service.ts';
import { PledgeFunnel } from './pledge-funnel.query.ts';
import { PledgeLag } from './pledge-lag.query.ts';
import { PledgeMovement } from './pledge-movement.query.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import { PledgeReleasing } from './pledge-releasing.service.ts';
import { PledgeSignIn } from './pledge-sign-in.service.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';
import { ProfileProofs } from './profile-proofs.service.ts';
import { SupporterPage } from './supporter-page.service.ts';
import { TellByMail } from './tell-by-mail.service.ts';
import { TellRequests } from './tell-requests.service.ts';
import { UnsealedPledges } from './unsealed-pledges.service.ts';
import { Waves } from './waves.service.ts';

const SERVICES = [
  Pledges,
  PledgeDoor,
  OpenPledges,
  PledgeProofs,
  PledgeSignIn,
  ProfileProofs,
  MailProofs,
  SupporterPage,
  Invitations,
  HeldDataQuery,
  PledgeCounting,
  PledgeReleasing,
  PledgeMovement,
  PledgeFunnel,
  PledgeUpkeep,
  PledgeAnonymising,
  FollowWatch,
  PledgesQuery,
  PledgeLag,
  PledgeBlocks,
  CrowdWatch,
  TellRequests,
  TellByMail,
  Waves,
  OpeningMail,
  OpeningDirect,
];

@Module({ imports: [IdentityModule, ReadingsModule], providers: [...SERVICES, UnsealedPledges], exports: SERVICES })
export class PledgesModule {}
