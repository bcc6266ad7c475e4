import { defaultLimit } from '../contract/fields.ts';
import type { Page, PageRequest, Secrets } from '../ports.ts';
import { readCursor, writeCursor, type CursorScope } from './cursor.ts';

export interface CursorKey {
  readonly secrets: Pick<Secrets, 'deploymentKey'>;
}

/**
 * The page that a query asks for.
 * @throws AppError InvalidRequest for a cursor that is not of this list
 */
export async function readPageRequest(deps: CursorKey, list: CursorScope, query: { limit?: number | undefined; cursor?: string | undefined }): Promise<PageRequest> {
  const position = query.cursor === undefined ? undefined : readCursor(await deps.secrets.deploymentKey(), list, query.cursor);
  return { limit: query.limit ?? defaultLimit, position };
}

/** Null at the end of the list. */
export async function nextCursor(deps: CursorKey, list: CursorScope, page: Pick<Page<unknown>, 'position'>): Promise<string | null> {
  return page.position === undefined ? null : writeCursor(await deps.secrets.deploymentKey(), list, page.position);
}

/** A page as every list answers it. */
export async function writePage<T, S>(deps: CursorKey, list: CursorScope, page: Page<T>, shape: (item: T) => S): Promise<{ items: S[]; nextCursor: string | null }> {
  return { items: page.items.map((item) => shape(item)), nextCursor: await nextCursor(deps, list, page) };
}
