import * as z from 'zod';
import { AppError, type FieldError } from '../domain/errors.ts';

/** More would only echo a hostile body back. */
const mostErrors = 50;
const longestPath = 128;

const missing = 'is required';

/**
 * Reads one part of a request.
 * @throws AppError InvalidRequest that names each path that does not fit, never a value
 */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown, message: string): z.output<S> {
  const parsed = schema.safeParse(value, { error: (issue) => (issue.code === 'invalid_type' && issue.input === undefined ? missing : undefined) });
  if (parsed.success) return parsed.data;
  throw invalidRequest(message, fieldErrors(parsed.error.issues));
}

export function invalidRequest(message: string, errors: readonly FieldError[]): AppError {
  return new AppError('InvalidRequest', message, { errors: errors.map((error) => ({ ...error, path: error.path.slice(0, longestPath) })) });
}

type Issue = z.core.$ZodIssue;

function fieldErrors(issues: readonly Issue[]): FieldError[] {
  const all = issues.flatMap((issue) => describe(issue, []));
  const distinct = new Map(all.map((error) => [`${error.path}\n${error.message}`, error]));
  return [...distinct.values()].slice(0, mostErrors);
}

function describe(issue: Issue, parent: readonly PropertyKey[]): FieldError[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: dotted([...path, key]), message: 'is not a known field' }));
  if (issue.code === 'invalid_union') return closestBranch(issue.errors).flatMap((inner) => describe(inner, path));
  return [{ path: dotted(path), message: issue.message }];
}

/** Of the forms a body may have, the one that it came closest to; all of them when it came close to none. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const best = Math.max(0, ...branches.map(closeness));
  return branches.filter((issues) => closeness(issues) === best).flat();
}

/** How deep the body fits, and whether there was anything to dislike or only something missing. */
function closeness(issues: readonly Issue[]): number {
  const depth = Math.max(0, ...issues.map((issue) => issue.path.length));
  return 2 * depth + (issues.some((issue) => issue.message !== missing) ? 1 : 0);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
