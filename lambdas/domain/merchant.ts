import * as z from 'zod';

/** Scopes an API key can carry (api.md, "Routes"). */
export const scopes = [
  'users:read', 'users:write', 'connections:read', 'connections:write', 'accounts:read',
  'jobs:read', 'jobs:write', 'results:read', 'events:read', 'operations:read',
] as const;
export const scope = z.enum(scopes);
export type Scope = z.infer<typeof scope>;

/** Who calls: the authorizer's answer, read at the edge of each route. */
export interface Caller {
  readonly merchantId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/**
 * What of upstream's alternatives a merchant uses (aerosync-api.md §10, 1, 14 and 30, and §3.5). Only adapters act on it; a row from before it
 * existed has the first of each.
 */
export const upstreamChoices = z.object({
  aeropayApi: z.enum(['v2', 'v1.1']).default('v2'),
  /** Which product hands out widget tokens: `aeropay` for a merchant that takes payments. */
  widgetTokens: z.enum(['aerosync', 'aeropay']).default('aerosync'),
  /** Where the days of a transactions job are said: in the body of its create, or in the query of the read. */
  transactionDates: z.enum(['body', 'query']).default('body'),
  /** How the keys of a token request of Aeropay v2 are written. */
  tokenKeys: z.enum(['camel', 'snake']).default('camel'),
});
export type UpstreamChoices = z.infer<typeof upstreamChoices>;
/** As it is said when a merchant is registered: what is left out is the usual. */
export type SaidUpstreamChoices = z.input<typeof upstreamChoices>;

/** One merchant's settings; credentials live in Secrets Manager. */
export const merchant = z.object({
  ...upstreamChoices.shape,
  id: z.string(),
  name: z.string(),
  /** Branding of the widget, given by Aeropay's solutions engineer. */
  configurationId: z.string().nullable(),
  /** Deep links the widget may return to. */
  deeplinks: z.array(z.string()),
  createdAt: z.iso.datetime(),
});
export type Merchant = z.infer<typeof merchant>;

export const apiKey = z.object({
  id: z.string(),
  merchantId: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** The secret `aerobridge/<stage>/merchants/<merchantId>/upstream`. */
export const upstreamCredentials = z.object({
  aeropay: z.object({ apiKey: z.string().min(1), apiSecret: z.string().min(1), merchantId: z.string().min(1) }),
  aerosync: z.object({ apiKey: z.string().min(1), apiSecret: z.string().min(1) }),
});
export type UpstreamCredentials = z.infer<typeof upstreamCredentials>;

/** The secret `aerobridge/<stage>/merchants/<merchantId>/webhook`; two are valid while one is rotated out. */
export const webhookSecrets = z.object({ current: z.string().min(16), previous: z.string().min(16).nullable() });
export type WebhookSecrets = z.infer<typeof webhookSecrets>;
