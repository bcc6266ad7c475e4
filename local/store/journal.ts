import { closeSync, fchmodSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { LocalCloudError } from '../local-cloud-error.ts';

/**
 * A file of changes, one JSON line each. A line is in the file when `append` returns, so a killed process loses none of those that
 * anybody has heard of; nothing is forced to the disk, which only a machine that loses power would notice.
 */
export interface Journal {
  append(line: unknown): void;
  close(): void;
}

/**
 * Opens a journal and hands on every line that is in it, in order. Half a line at the end, as a kill in the middle of a write leaves it, is cut off.
 * @param replay takes a parsed line; what it throws is reported as a line that this version cannot read
 * @throws LocalCloudError naming file and line
 */
export function openJournal(file: string, replay: (line: unknown) => void): Journal {
  const descriptor = openSync(file, 'a+', 0o600);
  let length = 0;
  try {
    fchmodSync(descriptor, 0o600);
    const content = readFileSync(descriptor);
    length = content.lastIndexOf('\n') + 1;
    ftruncateSync(descriptor, length);
    let number = 1;
    // Line by line: no text of Node's can be as long as a journal may become.
    for (let start = 0; start < length; number++) {
      const end = content.indexOf('\n', start);
      try {
        replay(JSON.parse(content.toString('utf8', start, end)));
      } catch (cause) {
        throw new LocalCloudError(`Line ${number} of ${file} cannot be read by this version: move the data folder away to start with nothing.`, { cause });
      }
      start = end + 1;
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  let open = true;
  return {
    append: (line) => {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
        length += bytes.length;
      } catch (error) {
        // A full disk takes half a line, which the next one must not follow.
        ftruncateSync(descriptor, length);
        throw error;
      }
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}
