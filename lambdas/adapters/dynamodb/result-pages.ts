import * as z from 'zod';
import { AppError } from '../../domain/errors.ts';
import { jsonOrUndefined } from '../../domain/json-or-undefined.ts';
import { transaction, type Transaction } from '../../domain/results.ts';
import { parseRow } from './parse-row.ts';

/** At most this many transactions share a row: a page that begins 100 before an offset never reaches it. */
export const transactionsPerPage = 100;
/** And about this much text, so that a row with long descriptions stays well below DynamoDB's 400 KB. */
const pageBytes = 200_000;
/** One transaction alone may have this much. */
const transactionBytes = 380_000;

export interface TransactionPage {
  /** Place of its first transaction in the whole result. */
  readonly offset: number;
  /** JSON text: its size is known, and one text is several times faster to read back than nested maps. */
  readonly text: string;
}

/**
 * Cuts a result into rows, in order.
 * @throws AppError UpstreamRejected for a transaction above 380,000 bytes
 */
export function cutIntoPages(items: readonly Transaction[]): TransactionPage[] {
  const pages: TransactionPage[] = [];
  let page: string[] = [];
  let bytes = 0;
  const close = (end: number) => {
    if (page.length > 0) pages.push({ offset: end - page.length, text: `[${page.join(',')}]` });
    page = [];
    bytes = 0;
  };
  for (const [place, item] of items.entries()) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text) + 1;
    if (size > transactionBytes) throw new AppError('UpstreamRejected', `transaction ${place} of a result has ${size} bytes; at most ${transactionBytes} can be stored`);
    if (page.length === transactionsPerPage || bytes + size > pageBytes) close(place);
    page.push(text);
    bytes += size;
  }
  close(items.length);
  return pages;
}

const pageRow = z.object({ offset: z.number().int(), text: z.string() });
const transactions = z.array(transaction);

/** Reads a row of `cutIntoPages` back. */
export function readPage(table: string, row: unknown): { offset: number; items: Transaction[] } {
  const { offset, text } = parseRow(table, pageRow, row);
  return { offset, items: parseRow(table, transactions, jsonOrUndefined(text)) };
}
