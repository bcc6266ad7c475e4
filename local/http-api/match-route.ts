import { splitPath, type RoutePattern } from './route-pattern.ts';

export interface Match<R> {
  readonly route: R;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route that the gateway takes: the most specific path, segment by segment from the left (literal, then variable,
 * then greedy); on the same path the exact method before ANY; `$default` when nothing else fits.
 */
export function matchRoute<R extends { readonly pattern: RoutePattern }>(routes: readonly R[], method: string, path: string): Match<R> | undefined {
  const segments = splitPath(path);
  let best: { match: Match<R>; rank: string } | undefined;
  for (const route of routes) {
    if (route.pattern.method !== undefined && route.pattern.method !== method) continue;
    const pathParameters = route.pattern.path === undefined ? {} : fit(route.pattern.path, segments);
    if (pathParameters === undefined) continue;
    const rank = rankOf(route.pattern);
    if (best === undefined || rank < best.rank) best = { match: { route, pathParameters }, rank };
  }
  return best?.match;
}

function fit(path: NonNullable<RoutePattern['path']>, segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of path.entries()) {
    const given = segments[index];
    if (given === undefined || given === '') return undefined;
    if (segment.kind === 'literal') {
      if (segment.text !== given) return undefined;
    } else if (segment.kind === 'greedy') return { ...parameters, [segment.name]: segments.slice(index).join('/') };
    else parameters[segment.name] = given;
  }
  return path.length === segments.length ? parameters : undefined;
}

/** Sorts like the gateway prefers: the smaller the better. */
function rankOf({ method, path }: RoutePattern): string {
  if (path === undefined) return '9';
  const kinds = path.map(({ kind }) => ({ literal: '1', variable: '2', greedy: '3' })[kind]).join('');
  return `${kinds}0${method === undefined ? '1' : '0'}`;
}
