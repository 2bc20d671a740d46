import { Module } from '@nestjs/common';
import { ClaimStandings } from './claim-standing.query.ts';
import { Corrections } from './corrections.service.ts';
import { EvidenceStore } from './evidence.service.ts';
import { FlagNotes } from './flag-notes.query.ts';
import { NewFollowersLook } from './new-followers.service.ts';
import { Proposals } from './proposals.service.ts';
import { ReadAccounts } from './read-accounts.query.ts';
import { Readers } from './readers.service.ts';
import { ReadingHosts } from './reading-hosts.service.ts';
import { ReadingRounds } from './reading-rounds.service.ts';
import { ReadingSchedule } from './reading-schedule.service.ts';
import { ReadingWriter } from './reading-writer.service.ts';
import { ReadingsChain } from './readings-chain.query.ts';
import { ReadingsFile } from './readings-file.service.ts';
import { ReadingsQuery } from './readings.query.ts';
import { Readings } from './readings.service.ts';
import { SpikeWatch } from './spike-watch.service.ts';
import { Thinning } from './thinning.service.ts';

const SERVICES = [
  Readings,
  Proposals,
  Corrections,
  Readers,
  EvidenceStore,
  ClaimStandings,
  ReadingSchedule,
  ReadingHosts,
  ReadingWriter,
  ReadingRounds,
  ReadingsQuery,
  ReadingsChain,
  ReadingsFile,
  ReadAccounts,
  Thinning,
  SpikeWatch,
  NewFollowersLook,
  FlagNotes,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class ReadingsModule {}
