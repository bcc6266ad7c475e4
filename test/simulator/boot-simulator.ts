import { onTestFinished } from 'vitest';
import type { SimulatedMerchant } from '../../simulator/merchants.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/start-simulator.ts';

/** 2026-06-15T10:00:00Z. Time stands still in these tests and moves only by POST /sim/clock. */
export const startedAt = Date.UTC(2026, 5, 15, 10);

export const acme: SimulatedMerchant = {
  name: 'acme',
  aeropay: { apiKey: 'acme-pay-key', apiSecret: 'acme-pay-secret', merchantId: '1456' },
  aerosync: { apiKey: 'acme-sync-key', apiSecret: 'acme-sync-secret' },
};

export const bolt: SimulatedMerchant = {
  name: 'bolt',
  aeropay: { apiKey: 'bolt-pay-key', apiSecret: 'bolt-pay-secret', merchantId: '2001' },
  aerosync: { apiKey: 'bolt-sync-key', apiSecret: 'bolt-sync-secret' },
};

/** What a reply of upstream may have in it. A test asserts on the members it needs, so a wrong guess fails it. */
export interface UpstreamBody {
  token: string;
  userId: string;
  user: { id: string; firstName: string; userId: string; aeroPassUserUuid: string };
  existingUser: { userId: string; phone: string; email: string };
  displayMessage: string;
  success: boolean | number;
  mfaType: string | null;
  error?: { code: string; message: string };
  code: string;
  account: { accountNumber: string; accountNumberDisplay: string; bankName: string; lastRefreshTimeStamp: string; connectionId: string; accountType: string; connectionStatus: string };
  userBankInfo: { bankAccountId: number | string };
  bankAccounts: { bankAccountId: number; connectionId: string; isSelected: boolean }[];
  webhook_id: string;
  status: string;
  subscriptions: object[];
  jobId: string;
  jobStatus: string;
  transactions: { id: string; date: string; description: string | null }[];
  identity: object;
}

/** The same for replies of the control plane. */
export interface ControlBody {
  error: string;
  clientName: string;
  connectionId?: string;
  accounts?: { connectionId: string; accountType: string; accountNumberDisplay: string }[];
  transactions: { items: { id: string; amount: string }[] };
  total: number;
  counts: Record<string, number>;
  calls: object[];
  subscriptions: object[];
  deliveries: { outcome: string }[];
  faults: object[];
  connections: object[];
  contradictions: { number: number; side: string | null }[];
  user_id: string;
  user_password: string;
}

export interface Answer<B> {
  status: number;
  headers: Headers;
  text: string;
  body: B;
}

export interface Request {
  method?: string;
  token?: string;
  body?: unknown;
  rawBody?: string;
  headers?: Record<string, string>;
}

async function send<B>(url: string, { method, token, body, rawBody, headers }: Request = {}): Promise<Answer<B>> {
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    headers: {
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) as B };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Booted {
  simulator: Simulator;
  aeropay: (path: string, request?: Request) => Promise<Answer<UpstreamBody>>;
  aerosync: (path: string, request?: Request) => Promise<Answer<UpstreamBody>>;
  /** Aeropay v1 and v1.1, which have the token in a header of their own. */
  v1: (path: string, request?: Request) => Promise<Answer<UpstreamBody>>;
  /** Webhook management, with the merchant's key, a fresh token and merchant id unless the request says otherwise. */
  management: (path: string, request?: Request, merchant?: SimulatedMerchant) => Promise<Answer<UpstreamBody>>;
  sim: (path: string, request?: Request) => Promise<Answer<ControlBody>>;
  advance: (seconds: number) => Promise<Answer<ControlBody>>;
  merchantToken: (merchant?: SimulatedMerchant) => Promise<string>;
  userToken: (userId: string, merchant?: SimulatedMerchant) => Promise<string>;
  apiToken: (merchant?: SimulatedMerchant) => Promise<string>;
  v1Token: (userId?: string, merchant?: SimulatedMerchant) => Promise<string>;
  createUser: (over?: Record<string, unknown>, merchant?: SimulatedMerchant) => Promise<Answer<UpstreamBody>>;
  /** A new person with a linked bank; the connectionId. */
  linkBank: (scenario: string, over?: Record<string, unknown>, merchant?: SimulatedMerchant) => Promise<string>;
}

let phones = 0;

/** Starts a simulator for one test, with the merchants acme and bolt, and closes it afterwards. */
export async function bootSimulator(options: Partial<SimulatorOptions> = {}): Promise<Booted> {
  const simulator = await startSimulator({ merchants: [acme, bolt], now: () => startedAt, ...options });
  onTestFinished(() => simulator.close());

  const booted: Booted = {
    simulator,
    aeropay: (path, request) => send(simulator.aeropayUrl + path, request),
    aerosync: (path, request) => send(simulator.aerosyncUrl + path, request),
    v1: (path, { token, headers, ...request } = {}) =>
      send(simulator.aeropayUrl + path, { ...request, headers: { ...(token !== undefined && { authorizationToken: `Bearer ${token}` }), ...headers } }),
    management: async (path, { body, headers, ...request } = {}, merchant = acme) =>
      send(simulator.webhookManagementUrl + path, {
        method: 'POST',
        token: await booted.apiToken(merchant),
        body: { merchant_id: merchant.aeropay.merchantId, ...(body as object | undefined) },
        headers: { 'x-api-key': merchant.aerosync.apiKey, ...headers },
        ...request,
      }),
    sim: (path, request) => send(`${simulator.url}/sim${path}`, request),
    advance: (seconds) => booted.sim('/clock', { body: { advanceSeconds: seconds } }),
    merchantToken: async ({ aeropay } = acme) =>
      (await booted.aeropay('/v2/token', { body: { scope: 'merchant', apiKey: aeropay.apiKey, apiSecret: aeropay.apiSecret, id: aeropay.merchantId } })).body.token,
    userToken: async (userId, { aeropay } = acme) =>
      (await booted.aeropay('/v2/token', { body: { scope: 'userForMerchant', apiKey: aeropay.apiKey, apiSecret: aeropay.apiSecret, id: aeropay.merchantId, userId } })).body.token,
    apiToken: async ({ aerosync } = acme) => (await booted.aerosync('/v2/token', { body: aerosync })).body.token,
    v1Token: async (userId, { aeropay } = acme) =>
      (
        await booted.v1('/token', {
          body: { scope: userId === undefined ? 'merchant' : 'userForMerchant', api_key: aeropay.apiKey, api_secret: aeropay.apiSecret, id: aeropay.merchantId, userId },
        })
      ).body.token,
    createUser: async (over = {}, merchant = acme) =>
      booted.aeropay('/v2/user', { token: await booted.merchantToken(merchant), body: { ...aPerson(), ...over } }),
    linkBank: async (scenario, over = {}, merchant = acme) => {
      const { body } = await booted.createUser({}, merchant);
      const linked = await booted.sim('/connections', { body: { scenario, aeroPassUserUuid: body.user.id, ...over } });
      return connectionIds(linked.body)[0] ?? '';
    },
  };
  return booted;
}

/** The connections in an onSuccess payload of either form. */
export function connectionIds({ connectionId, accounts }: ControlBody): string[] {
  return accounts?.map((account) => account.connectionId) ?? (connectionId === undefined ? [] : [connectionId]);
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): object {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
}

/** A person with a phone number nobody else has. */
export function aPerson(): { firstName: string; lastName: string; phoneNumber: string; email: string } {
  phones += 1;
  return { firstName: 'Jane', lastName: 'Doe', phoneNumber: `+1202444${String(phones).padStart(4, '0')}`, email: 'jane@example.com' };
}
