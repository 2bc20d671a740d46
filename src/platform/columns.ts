import { DefaultNamingStrategy, type ColumnOptions, type NamingStrategyInterface, type Table } from 'typeorm';

/** `bigint` columns as numbers: counts of people are far below 2^53. */
export const count: ColumnOptions = {
  type: 'bigint',
  transformer: {
    to: (value: number | null | undefined) => value,
    from: (value: string | null) => (value === null ? null : Number(value)),
  },
};

export const instant: ColumnOptions = { type: 'timestamptz' };
export const maybeInstant: ColumnOptions = { type: 'timestamptz', nullable: true };
export const maybeText: ColumnOptions = { type: 'text', nullable: true };

/** Columns in snake_case, so that hand-written SQL needs no quotes. */
export class SnakeCaseNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return snakeCase([...prefixes, custom ?? property].join('_'));
  }

  override joinColumnName(relation: string, referenced: string): string {
    return snakeCase(`${relation}_${referenced}`);
  }

  override primaryKeyName(table: Table | string): string {
    return `${this.getTableName(table)}_pkey`;
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `${this.getTableName(table)}_${columns.join('_')}_fkey`;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
