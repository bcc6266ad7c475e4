import * as z from 'zod';
import type { UpstreamChoices, UpstreamCredentials } from '../../domain/merchant.ts';
import { seconds, token } from '../upstream-http/fields.ts';
import type { UpstreamDialect } from '../upstream-http/upstream-dialect.ts';
import { aeropayCodesByName } from './aeropay-codes.ts';
import { numberIfPossible } from './number-if-possible.ts';

/** Documented for every token; a reply without TTL is taken to mean it (aerosync-api.md §2.1). */
export const documentedLifetimeSeconds = 1800;

/** `{"TTL":1800,"token":"<jwt>"}`; the TTL is a number here and text elsewhere. */
const tokenReply = z
  .object({ TTL: seconds.nullish(), token })
  .transform((reply) => ({ token: reply.token, lifetimeSeconds: reply.TTL ?? documentedLifetimeSeconds }));

/** AC-101 stands among the refusals because upstream's own certification test expects that code from Aeropay's token endpoint (§10, 5). */
const common = {
  codes: aeropayCodesByName,
  tokenRefusals: new Set(['AP002', 'AP004', 'AP007', 'AP008', 'AP101', 'AC-101']),
  credentialRefusals: new Set(['AP001', 'AP002', 'AC-101']),
  personRefusals: new Set(['AP002']),
  formRefusals: new Set(['AP700', 'AP701']),
  identityOf: ({ aeropay }: UpstreamCredentials) => JSON.stringify([aeropay.apiKey, aeropay.apiSecret, aeropay.merchantId]),
};

type TokenKeys = UpstreamChoices['tokenKeys'];

/** Aeropay v2. Its pages differ in how the keys of a token request are written (aerosync-api.md §10, 1). */
export function aeropayV2Dialect(keys: TokenKeys): UpstreamDialect {
  return { ...common, tokenHeader: 'authorization', mint: (person) => mint('v2/token', [keys, keys === 'camel' ? 'snake' : 'camel'], person) };
}

/** Aeropay v1 and v1.1, whose errors come with HTTP 200 (docs-network-user-v1.txt). */
export const aeropayV1Dialect: UpstreamDialect = { ...common, tokenHeader: 'authorizationToken', mint: (person) => mint('token', ['snake'], person) };

/** Every guide has the merchant's id as text here, the reference's description as a number (aerosync-api.md §10, 27). */
function mint(path: string, [keys, otherKeys]: readonly [TokenKeys, TokenKeys?], person: string | undefined): ReturnType<UpstreamDialect['mint']> {
  const body = ({ apiKey, apiSecret }: UpstreamCredentials['aeropay'], id: number | string, spelling: TokenKeys) => ({
    scope: person === undefined ? 'merchant' : 'userForMerchant',
    ...(spelling === 'camel' ? { apiKey, apiSecret } : { api_key: apiKey, api_secret: apiSecret }),
    id,
    ...(person === undefined ? {} : { userId: person }),
  });
  return {
    name: person === undefined ? 'Aeropay merchant token' : 'Aeropay user token',
    method: 'POST',
    path,
    body: ({ aeropay }) => body(aeropay, aeropay.merchantId, keys),
    otherForms: [
      { refusedBy: ['AP701'], body: ({ aeropay }) => body(aeropay, numberIfPossible(aeropay.merchantId), keys) },
      ...(otherKeys === undefined ? [] : [{ refusedBy: ['AP700'], body: ({ aeropay }: UpstreamCredentials) => body(aeropay, aeropay.merchantId, otherKeys) }]),
    ],
    reply: tokenReply,
  };
}
