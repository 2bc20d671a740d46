import { Module } from '@nestjs/common';
import { AccountFinder } from './account-finder.service.ts';
import { InstitutionsQuery } from './institutions.query.ts';
import { Institutions } from './institutions.service.ts';

const SERVICES = [AccountFinder, Institutions, InstitutionsQuery];

@Module({ providers: SERVICES, exports: SERVICES })
export class InstitutionsModule {}
