import { AppError } from '../domain/errors.ts';
import { edgeOf, serve, type Edge } from '../runtime/http.ts';

/** The gateway's `$default` route: every path, and every method of a path, that no other route names. */
export const notFoundRoute = (edge: Edge = edgeOf('not-found')) =>
  serve('not-found', edge, async () => {
    throw new AppError('NotFound', 'there is no such route: see /v1/openapi.json');
  });

export const handler = notFoundRoute();
