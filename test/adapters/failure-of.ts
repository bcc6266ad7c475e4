import { AppError } from '../../lambdas/domain/errors.ts';

/** What a call failed with; a call that succeeds, or fails with anything but a code of the catalogue, fails the test. */
export async function failureOf(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}
