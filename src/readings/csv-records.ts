import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';

/** A row of a CSV file. */
export interface CsvRecord {
  /** Null: the file is not CSV from here on, and nothing follows. */
  fields: string[] | null;
  /** Counts from 1; the last one of a row of several lines. */
  line: number;
  /** Of the file, up to here. */
  bytes: number;
}

const LONGEST_RECORD = 20_000;

/** Reads a CSV file row by row; rejects only when the stream itself breaks. */
export async function* csvRecords(file: Readable): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: LONGEST_RECORD,
  });
  // Whatever breaks the file's stream comes out of the parser too.
  pipeline(file, parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { fields: record, line: info.lines, bytes: info.bytes };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield { fields: null, line: parser.info.lines, bytes: parser.info.bytes };
  }
}
