import { stat } from 'node:fs/promises';
import { isFileError } from '../platform/backup-file.ts';

/** In bytes; a text is why the file cannot be read. */
export async function sizeOf(file: string): Promise<number | string> {
  try {
    const found = await stat(file);
    return found.isDirectory() ? 'EISDIR' : found.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isFileError(code)) return code;
    throw error;
  }
}
