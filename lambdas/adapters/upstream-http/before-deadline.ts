import { AppError } from '../../domain/errors.ts';

/** Waits for something that others wait for too, but not past one's own deadline. */
export async function beforeDeadline<T>(name: string, pending: Promise<T>, deadline: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const give = () => {
    reject(new AppError('UpstreamUnavailable', `${name}: no time left`));
  };
  if (deadline.aborted) give();
  deadline.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([pending, late]);
  } finally {
    deadline.removeEventListener('abort', give);
  }
}
