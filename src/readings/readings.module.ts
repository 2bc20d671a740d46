import { Module } from '@nestjs/common';
import { ReadAccounts } from './read-accounts.query.ts';
import { ReadingHosts } from './reading-hosts.service.ts';
import { ReadingRounds } from './reading-rounds.service.ts';
import { ReadingSchedule } from './reading-schedule.service.ts';
import { ReadingWriter } from './reading-writer.service.ts';
import { ReadingsFile } from './readings-file.service.ts';
import { ReadingsQuery } from './readings.query.ts';
import { Readings } from './readings.service.ts';

const SERVICES = [Readings, ReadingSchedule, ReadingHosts, ReadingWriter, ReadingRounds, ReadingsQuery, ReadingsFile, ReadAccounts];

@Module({ providers: SERVICES, exports: SERVICES })
export class ReadingsModule {}
