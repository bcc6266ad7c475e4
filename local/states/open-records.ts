import { randomBytes } from 'node:crypto';
import { openJournal, type Journal } from '../store/journal.ts';
import { replayLine, type RecordLine } from './record-line.ts';
import type { Records } from './records.ts';

/**
 * The records as earlier processes left them in a journal, or new ones.
 * @param file none keeps nothing
 * @throws LocalCloudError when a line cannot be read
 */
export function openRecords(file: string | undefined): { records: Records; journal: Journal | undefined } {
  const records = { machines: new Map(), revisions: [], executions: new Map(), tokenKey: '' };
  const journal = file === undefined ? undefined : openJournal(file, (line) => replayLine(records, line));
  if (records.tokenKey === '') {
    const line: RecordLine = { kind: 'token-key', key: randomBytes(32).toString('hex') };
    journal?.append(line);
    records.tokenKey = line.key;
  }
  return { records, journal };
}
