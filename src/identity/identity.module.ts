import { Module } from '@nestjs/common';
import { EmailCodes } from './email-codes.service.ts';
import { Reminders } from './reminders.service.ts';
import { ServerApps } from './server-apps.service.ts';
import { ServerReturns } from './server-returns.service.ts';
import { ServerSignIns } from './server-sign-ins.service.ts';
import { SignIn } from './sign-in.service.ts';
import { Staffing } from './staffing.service.ts';

const SERVICES = [Staffing, SignIn, ServerApps, ServerSignIns, ServerReturns, EmailCodes, Reminders];

@Module({ providers: SERVICES, exports: SERVICES })
export class IdentityModule {}
