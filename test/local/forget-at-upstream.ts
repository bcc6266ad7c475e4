import * as z from 'zod';
import type { User } from '../support/api-shapes.ts';
import type { TestEnvironment } from './environment.ts';
import type { Merchant } from './merchants.ts';

/**
 * Upstream no longer takes the person for confirmed at this merchant: on v2 because some other system of the merchant's creates them again, which
 * disconnects them, on v1.1 by the sandbox's helper (aerosync-api.md §3.2, §3.7).
 */
export async function forgetAtUpstream({ endpoints }: TestEnvironment, { aeropay, name }: Merchant, user: User): Promise<void> {
  const [apiKey, apiSecret] = [`local-aeropay-key-${name}`, `local-aeropay-secret-${name}`];
  const ask = async (method: string, path: string, headers: Record<string, string>, body: object): Promise<unknown> => {
    const response = await fetch(`${endpoints.simulatorUrl ?? ''}/aeropay${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    const reply: unknown = await response.json();
    if (!response.ok || z.object({ success: z.literal(false) }).safeParse(reply).success) throw new Error(`upstream answered ${method} ${path} with ${JSON.stringify(reply)}`);
    return reply;
  };
  const token = async (path: string, body: object) => `Bearer ${z.object({ token: z.string() }).parse(await ask('POST', path, {}, { scope: 'merchant', ...body })).token}`;

  if (aeropay === 'v2') {
    const { firstName, lastName, phoneNumber, email } = user;
    await ask('POST', '/v2/user', { authorization: await token('/v2/token', { apiKey, apiSecret, id: '1456' }) }, { firstName, lastName, phoneNumber, email });
  } else {
    const headers = { authorizationToken: await token('/token', { api_key: apiKey, api_secret: apiSecret, id: '1458' }) };
    await ask('DELETE', '/userMerchantVerification', headers, { userId: user.aeroPassUserUuid, merchantId: '1458' });
  }
}
