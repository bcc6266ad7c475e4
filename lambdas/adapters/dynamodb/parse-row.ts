import type * as z from 'zod';
import { AppError } from '../../domain/errors.ts';
import { issuePaths } from '../../domain/issue-paths.ts';

/**
 * Reads a row on its way out of a table.
 * @throws AppError Internal that names the table and the paths that differ, never a value
 */
export function parseRow<S extends z.ZodType>(table: string, schema: S, row: unknown): z.output<S> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new AppError('Internal', `a row of table ${table} differs from its schema at ${issuePaths(parsed.error, '(row)')}; repair the row or the schema`);
}
