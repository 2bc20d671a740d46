import type { EntityManager } from 'typeorm';

/** A table as a backup needs to know it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Primary key, in its own order. */
  readonly key: readonly string[];
}

interface FoundTable extends TableShape {
  /** Tables that its foreign keys point to. */
  readonly parents: readonly string[];
}

/** The catalogue rather than information_schema, whose names of constraints are not unique across tables. */
const TABLES = `
  SELECT class.relname AS name,
    (SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
     FROM pg_attribute
     WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
    (SELECT json_agg(attname ORDER BY place)
     FROM pg_index CROSS JOIN LATERAL unnest(indkey) WITH ORDINALITY AS part(number, place)
     JOIN pg_attribute ON attrelid = class.oid AND attnum = part.number
     WHERE indrelid = class.oid AND indisprimary) AS key,
    (SELECT coalesce(json_agg(DISTINCT parent.relname), '[]')
     FROM pg_constraint JOIN pg_class parent ON parent.oid = confrelid
     WHERE conrelid = class.oid AND contype = 'f' AND confrelid <> class.oid) AS parents
  FROM pg_class class
  WHERE class.relkind = 'r' AND class.relnamespace = current_schema()::regnamespace
  ORDER BY class.relname`;

/** Every table of the program, those that others point to first; the queue lives in a schema of its own. */
export async function tablesInOrder(manager: EntityManager, without: readonly string[]): Promise<TableShape[]> {
  const found = await manager.query<FoundTable[]>(TABLES);
  const waiting = new Map(found.filter(({ name }) => !without.includes(name)).map((table) => [table.name, table]));
  const ordered: TableShape[] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ parents }) => !parents.some((parent) => waiting.has(parent)));
    if (free.length === 0) throw new Error(`Foreign keys go round in a circle: ${[...waiting.keys()].join(', ')}.`);
    for (const { name, columns, key } of free) {
      ordered.push({ name, columns, key });
      waiting.delete(name);
    }
  }
  return ordered;
}

/** An SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Makes every type's text exact and the same on any server. */
export async function writeTextExactly(manager: EntityManager): Promise<void> {
  for (const setting of [`TimeZone = 'UTC'`, `DateStyle = 'ISO, YMD'`, `bytea_output = 'hex'`, 'extra_float_digits = 1']) {
    await manager.query(`SET LOCAL ${setting}`);
  }
}
