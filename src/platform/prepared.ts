import { createHash } from 'node:crypto';
import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { poolOf } from './database.ts';

export type Row = Record<string, unknown>;

/**
 * A statement that thousands ask within minutes: PostgreSQL reads and plans it once for each connection, which takes longer than
 * answering it. A plan is kept while the tables grow, until they are analysed again (docs/adr/0025), so the conditions are on unique
 * columns.
 */
export class Prepared {
  private readonly name: string;

  constructor(readonly text: string) {
    this.name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  }

  /** Runs it outside of any transaction. The connections of an embedded database share one session, where names would meet. */
  async rows(database: DataSource, values: readonly unknown[]): Promise<Row[]> {
    const name = 'url' in database.options ? { name: this.name } : {};
    const { rows } = await poolOf(database).query<Row>({ ...name, text: this.text, values: [...values] });
    return rows;
  }
}

/** The columns of an entity in a statement of one's own, and the entity that a row of it holds. Relations are left to the caller. */
export class Selected<Entity extends ObjectLiteral> {
  /** For after SELECT. */
  readonly columns: string;
  private readonly own: readonly { as: string; column: ColumnMetadata }[];

  constructor(
    private readonly database: DataSource,
    private readonly target: EntityTarget<Entity>,
    alias: string,
  ) {
    const columns = database.getMetadata(target).columns.filter((column) => column.propertyName !== column.relationMetadata?.propertyName);
    this.own = columns.map((column) => ({ as: `${alias}_${column.databaseName}`, column }));
    this.columns = this.own.map(({ as, column }) => `${alias}.${column.databaseName} AS ${as}`).join(', ');
  }

  of(row: Row): Entity {
    const { driver } = this.database;
    const entity = this.database.getMetadata(this.target).create() as Row;
    for (const { as, column } of this.own) entity[column.propertyName] = driver.prepareHydratedValue(row[as], column);
    return entity as Entity;
  }

  /** Null: the outer join found none. */
  maybeOf(row: Row): Entity | null {
    return this.own.some(({ as, column }) => column.isPrimary && row[as] === null) ? null : this.of(row);
  }
}
