import * as z from 'zod';
import type { UpstreamCredentials } from '../../domain/merchant.ts';
import { seconds, token } from '../upstream-http/fields.ts';
import type { UpstreamDialect } from '../upstream-http/upstream-client.ts';
import { aeropayCodesByName } from './aeropay-codes.ts';

/** Documented for every token; a reply without TTL is taken to mean it (aerosync-api.md §2.1). */
const documentedLifetimeSeconds = 1800;

/** `{"TTL":1800,"token":"<jwt>"}`; the TTL is a number here and text elsewhere. */
const tokenReply = z
  .object({ TTL: seconds.nullish(), token })
  .transform((reply) => ({ token: reply.token, lifetimeSeconds: reply.TTL ?? documentedLifetimeSeconds }));

/**
 * Aeropay v2 with a merchant token. AC-101 stands among the refusals because upstream's own certification test expects that code from
 * Aeropay's token endpoint (aerosync-api.md §10, 5).
 */
export const aeropayDialect: UpstreamDialect = {
  codes: aeropayCodesByName,
  tokenRefusals: new Set(['AP002', 'AP004', 'AP007', 'AP008', 'AP101', 'AC-101']),
  credentialRefusals: new Set(['AP001', 'AP002', 'AC-101']),
  identityOf: ({ aeropay }: UpstreamCredentials) => JSON.stringify([aeropay.apiKey, aeropay.apiSecret, aeropay.merchantId]),
  mint: {
    name: 'Aeropay merchant token',
    method: 'POST',
    path: 'v2/token',
    body: ({ aeropay }) => ({ scope: 'merchant', apiKey: aeropay.apiKey, apiSecret: aeropay.apiSecret, id: aeropay.merchantId }),
    reply: tokenReply,
  },
};
