import * as z from 'zod';
import { normalConnectionId } from '../../lambdas/domain/connection.ts';
import { upstreamCredentials, type UpstreamCredentials } from '../../lambdas/domain/merchant.ts';

/** A sandbox of upstream's, or the simulator in its place, and who we are there. */
export interface Sandbox {
  /** Without `/v2`. */
  readonly aeropayUrl: URL;
  /** Without `/v2`. */
  readonly aerosyncUrl: URL;
  readonly credentials: UpstreamCredentials;
  /** The phone of the person that is created there; one that rings nowhere. */
  readonly phoneNumber: string;
  /** A bank that was linked there; only the widget can link one. Undefined: what needs it is left out. */
  readonly connectionId: string | undefined;
}

/** What has to be set before anything is called. */
export const requiredVariables = ['AEROPAY_API_KEY', 'AEROPAY_API_SECRET', 'AEROPAY_MERCHANT_ID', 'AEROSYNC_API_KEY', 'AEROSYNC_API_SECRET'] as const;

const productionHosts = new Set(['api.aeropay.com', 'api.aerosync.com', 'api.sync.aero.inc']);
const baseUrl = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(({ hostname }) => !productionHosts.has(hostname), 'that is production, and people are created here: take a sandbox');

/** Hosts as the reference names them (aerosync-api.md §1); the phone is one of those that are set aside for fiction. */
const optional = z.object({
  AEROPAY_BASE_URL: baseUrl.default(new URL('https://api.sandbox-pay.aero.inc')),
  AEROSYNC_BASE_URL: baseUrl.default(new URL('https://api.sandbox.aerosync.com')),
  AEROPAY_TEST_PHONE: z.string().regex(/^\+1\d{10}$/, 'it is written +1 and ten digits').default('+13125550142'),
  AEROSYNC_CONNECTION_ID: z
    .string()
    .transform(normalConnectionId)
    .refine((id) => id !== undefined, 'it is 32 hex digits, with or without dashes')
    .optional(),
});

/**
 * Reads who we are at upstream's sandbox from the environment; an empty variable counts as not set.
 * @returns the sandbox, or the names of what is missing
 * @throws Error naming each variable that cannot be read, never its value
 */
export function readSandbox(env: Readonly<Record<string, string | undefined>>): Sandbox | { readonly missing: readonly string[] } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const missing = requiredVariables.filter((name) => given[name] === undefined);
  if (missing.length > 0) return { missing };
  const read = optional.safeParse(given);
  if (!read.success) throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return {
    aeropayUrl: read.data.AEROPAY_BASE_URL,
    aerosyncUrl: read.data.AEROSYNC_BASE_URL,
    credentials: upstreamCredentials.parse({
      aeropay: { apiKey: given['AEROPAY_API_KEY'], apiSecret: given['AEROPAY_API_SECRET'], merchantId: given['AEROPAY_MERCHANT_ID'] },
      aerosync: { apiKey: given['AEROSYNC_API_KEY'], apiSecret: given['AEROSYNC_API_SECRET'] },
    }),
    phoneNumber: read.data.AEROPAY_TEST_PHONE,
    connectionId: read.data.AEROSYNC_CONNECTION_ID,
  };
}
