import * as z from 'zod';
import { AppError } from '../../domain/errors.ts';

const systemError = z.object({ code: z.string().optional(), syscall: z.string().optional() });
const failedFetch = z.object({ cause: systemError.extend({ errors: z.array(systemError).optional() }) });

/** How the runtime's own `fetch` says that no connection was made in time. */
export const connectTimeoutCode = 'UND_ERR_CONNECT_TIMEOUT';

/** Failures before a connection carries a request that no system call reports: a connection that is not made in time, and certificates, which end the TLS handshake. */
const neverConnected = new Set([
  connectTimeoutCode, 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * What a failed `fetch` means. The cause is told by its code and not attached: some messages of `fetch` quote headers.
 * @param name what was asked, in words without values
 */
export function noReply(name: string, error: unknown): AppError {
  const cause = failedFetch.safeParse(error).data?.cause;
  const word = error instanceof Error && error.name === 'TimeoutError' ? 'time-out' : (cause?.code ?? 'connection lost');
  const attempts = cause?.errors ?? [];
  const surelyNotAccepted = cause !== undefined && (isBeforeSending(cause) || (attempts.length > 0 && attempts.every(isBeforeSending)));
  return new AppError('UpstreamUnavailable', `${name}: no reply (${word})`, { surelyNotAccepted });
}

function isBeforeSending({ code, syscall }: z.infer<typeof systemError>): boolean {
  return syscall === 'connect' || syscall === 'getaddrinfo' || (code !== undefined && neverConnected.has(code));
}
