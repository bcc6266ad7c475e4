import { normalConnectionId } from './connection.ts';

/** What an app hands over to link a bank account for payments: a connection, or the pair of values that an old SDK's widget gave it. */
export type LinkPayload = { readonly connectionId: string } | { readonly userId: string; readonly userPassword: string };

/**
 * The connection that a payload means, in the normal form. A pair's user id is the connection's, which is Aerosync's user id, save in apps that put the
 * person there and the connection into the password (docs-link-bank-v1.txt, step 3C). Undefined when it is neither.
 */
export function connectionToLink(payload: LinkPayload, aeroPassUserUuid: string | null): string | undefined {
  if ('connectionId' in payload) return normalConnectionId(payload.connectionId);
  const userId = normalConnectionId(payload.userId);
  const isPerson = userId !== undefined && userId === normalConnectionId(aeroPassUserUuid ?? '');
  return isPerson ? normalConnectionId(payload.userPassword) : userId;
}
