import * as z from 'zod';
import type { UpstreamCredentials } from '../../domain/merchant.ts';
import { seconds, token } from '../upstream-http/fields.ts';
import { UpstreamClient, type UpstreamSettings } from '../upstream-http/upstream-client.ts';
import type { UpstreamDialect } from '../upstream-http/upstream-dialect.ts';
import { aerosyncCodesByName } from './aerosync-codes.ts';

/** Documented for every token; a reply without TTL is taken to mean it (aerosync-api.md §2.1). */
const documentedLifetimeSeconds = 1800;

/** `{"status":"success","statusCode":200,"TTL":"1800","token":"<jwt>"}`; the widget's token comes without a TTL. */
export const tokenReply = z
  .object({ TTL: seconds.nullish(), token })
  .transform((reply) => ({ token: reply.token, lifetimeSeconds: reply.TTL ?? documentedLifetimeSeconds }));

const dialect: UpstreamDialect = {
  codes: aerosyncCodesByName,
  tokenRefusals: new Set(['AC-001', 'AC-101']),
  credentialRefusals: new Set(['AC-101', 'AC-001']),
  // Aerosync has no tokens in a person's name.
  personRefusals: new Set(),
  formRefusals: new Set(['AC-100']),
  tokenHeader: 'authorization',
  identityOf: ({ aerosync }: UpstreamCredentials) => JSON.stringify([aerosync.apiKey, aerosync.apiSecret]),
  mint: () => ({
    name: 'Aerosync token',
    method: 'POST',
    path: 'v2/token',
    body: ({ aerosync }) => ({ apiKey: aerosync.apiKey, apiSecret: aerosync.apiSecret }),
    reply: tokenReply,
  }),
};

/** Aerosync v2, shared by accounts, jobs and widget tokens: one API token per merchant for all of them. */
export class AerosyncClient extends UpstreamClient {
  constructor(settings: UpstreamSettings) {
    super(settings, dialect);
  }
}
