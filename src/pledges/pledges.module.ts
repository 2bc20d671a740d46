import { Module } from '@nestjs/common';
import { PledgeCounting } from './pledge-counting.service.ts';
import { PledgeLag } from './pledge-lag.query.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';
import { SupporterPage } from './supporter-page.service.ts';

const SERVICES = [Pledges, SupporterPage, PledgeCounting, PledgeUpkeep, PledgesQuery, PledgeLag];

@Module({ providers: SERVICES, exports: SERVICES })
export class PledgesModule {}
