import { AppError } from '../../domain/errors.ts';

const harmless = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether an id of upstream's may stand in a path (architecture, "Tenancy and access"). */
export function isPathSegment(id: string): boolean {
  return harmless.test(id);
}

/** Lets an id of upstream's into a path. @throws AppError UpstreamRejected for one that could lead elsewhere */
export function pathSegment(id: string): string {
  if (isPathSegment(id)) return id;
  throw new AppError('UpstreamRejected', 'an upstream id has a form that may not stand in a path');
}
