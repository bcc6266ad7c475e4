import { AppError } from '../../domain/errors.ts';

/** What may pass, and failed before a call was sent: nothing was accepted. Every other refusal stays as it is. */
export function beforeSending(error: unknown): AppError {
  const known = error instanceof AppError ? error : new AppError('Internal', 'what a call of upstream needs could not be read', { cause: error });
  if (known.code !== 'UpstreamUnavailable' && known.code !== 'Internal') return known;
  return new AppError(known.code, known.message, { ...known.details, surelyNotAccepted: true });
}
