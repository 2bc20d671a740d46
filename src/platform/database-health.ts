import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Whether the database answers. */
@Injectable()
export class DatabaseHealth {
  constructor(private readonly database: DataSource) {}

  async answers(): Promise<boolean> {
    return this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
