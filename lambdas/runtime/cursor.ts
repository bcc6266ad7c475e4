import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidRequest } from './http-field-errors.ts';

/** What a cursor belongs to: it is worth nothing in another merchant's hands, on another route, or with another filter. */
export interface CursorScope {
  readonly merchantId: string;
  /** Name of the route that takes the cursor. */
  readonly route: string;
  /** Path parameters and filters; not `limit`, which may change from page to page. */
  readonly filter: Readonly<Record<string, string | undefined>>;
}

/** Turns a repository's position into an opaque cursor. Null at the end of the list. */
export function writeCursor(deploymentKey: string, scope: CursorScope, position: string | undefined): string | null {
  if (position === undefined) return null;
  const text = Buffer.from(position, 'utf8');
  return Buffer.concat([sign(deploymentKey, scope, text), text]).toString('base64url');
}

/**
 * Turns a cursor of ours back into a position.
 * @throws AppError InvalidRequest for anything that this deployment did not write for this scope
 */
export function readCursor(deploymentKey: string, scope: CursorScope, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  const signature = bytes.subarray(0, signatureBytes);
  const position = bytes.subarray(signatureBytes);
  const isOurs = bytes.length > signatureBytes && bytes.toString('base64url') === cursor && timingSafeEqual(signature, sign(deploymentKey, scope, position));
  if (!isOurs) throw invalidRequest('the cursor is not from this list: start again without one', [{ path: 'cursor', message: 'must be the nextCursor of the same list with the same filter' }]);
  return position.toString('utf8');
}

/** Half of SHA-256 is plenty for a value that lives for minutes, and keeps cursors short. */
const signatureBytes = 16;

function sign(deploymentKey: string, scope: CursorScope, position: Buffer): Buffer {
  const filter = Object.entries(scope.filter).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  const bound = JSON.stringify([scope.merchantId, scope.route, filter]);
  return createHmac('sha256', deploymentKey).update('cursor\n').update(bound).update('\n').update(position).digest().subarray(0, signatureBytes);
}
