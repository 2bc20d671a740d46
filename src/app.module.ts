import { Module, type DynamicModule } from '@nestjs/common';
import { ApiModule } from './api/api.module.ts';
import { FederationModule } from './federation/federation.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { PlatformModule, type Platform } from './platform/platform.module.ts';
import { WebModule } from './web/web.module.ts';

/** The entrances that this process opens, by its roles. */
@Module({})
export class AppModule {
  static of(platform: Platform): DynamicModule {
    const { roles } = platform.config;
    return {
      module: AppModule,
      imports: [
        PlatformModule.of(platform),
        ...(roles.includes('web') ? [WebModule, ApiModule, FederationModule] : []),
        ...(roles.includes('worker') ? [JobsModule] : []),
      ],
    };
  }
}
