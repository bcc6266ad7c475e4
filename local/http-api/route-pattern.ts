/** A parsed route key. `path` is undefined for `$default`, which takes what no other route does. */
export interface RoutePattern {
  /** Undefined for `ANY` and `$default`. */
  readonly method: string | undefined;
  readonly path: readonly Segment[] | undefined;
}

export type Segment = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'variable' | 'greedy'; readonly name: string };

const routeKeyPattern = /^(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/\S*)$/;

/** Parses `<METHOD> <path>` or `$default`; undefined when it is neither. */
export function parseRouteKey(routeKey: string): RoutePattern | undefined {
  if (routeKey === '$default') return { method: undefined, path: undefined };
  const [, method, path] = routeKeyPattern.exec(routeKey) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const segments = splitPath(path).map(toSegment);
  if (segments.some((segment, index) => segment === undefined || (segment.kind === 'greedy' && index < segments.length - 1))) return undefined;
  return { method: method === 'ANY' ? undefined : method, path: segments.filter((segment) => segment !== undefined) };
}

/** The segments of a path. The gateway does not mind one slash at the end. */
export function splitPath(path: string): string[] {
  const inner = path.replace(/^\//, '').replace(/\/$/, '');
  return inner === '' ? [] : inner.split('/');
}

function toSegment(text: string): Segment | undefined {
  const [, name, plus] = /^\{([\w.-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus === '+' ? 'greedy' : 'variable', name };
  return /[{}]/.test(text) ? undefined : { kind: 'literal', text };
}
