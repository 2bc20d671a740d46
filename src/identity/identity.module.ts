import { Module } from '@nestjs/common';
import { SignIn } from './sign-in.service.ts';
import { Staffing } from './staffing.service.ts';

@Module({ providers: [Staffing, SignIn], exports: [Staffing, SignIn] })
export class IdentityModule {}
