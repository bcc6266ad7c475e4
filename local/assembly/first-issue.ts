import type * as z from 'zod';

/** The first thing a schema refused, as the end of a sentence: which path, and why. Values are never part of it. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit.';
  if (issue.code === 'unrecognized_keys') {
    return `${[...issue.path, issue.keys[0]].join('.')} is not implemented by the local cloud.`;
  }
  return `${issue.path.length === 0 ? 'the whole' : issue.path.join('.')} does not fit (${issue.message}).`;
}
